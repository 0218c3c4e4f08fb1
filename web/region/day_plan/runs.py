"""One search: how far it is, what it found, what would change."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from appointments import plan_runs
from appointments.day_board import board_of, people_of_region
from appointments.models import PlanRun
from appointments.states import PLANNING
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.region.day_plan.access import run_or_404
from web.region.day_plan.page import Unserved, VisitLine, address, numbered, searched
from web.region.day_plan.words import WHY_NOT, gives
from web.region.frame import show

SEE_OTHER = 303


@require_safe
@signed_in
def detail(request: StaffRequest, day: str, public_id: UUID) -> HttpResponse:
    """The run; a page that waits for it is made new when it has ended."""
    run = run_or_404(request, day, public_id)
    if request.htmx and run.status not in PLANNING:
        return HttpResponseClientRefresh()
    return _page(request, run)


@require_POST
@signed_in
def stop(request: StaffRequest, day: str, public_id: UUID) -> HttpResponse:
    """Stop it: nothing is adopted."""
    run = run_or_404(request, day, public_id)
    try:
        plan_runs.stop(run=run, actor=request.user)
    except DomainError as error:
        return _page(request, PlanRun.objects.get(pk=run.pk), error=error)
    where = address(run.plan.region, run.plan.day, request.user)
    return HttpResponseRedirect(where, status=SEE_OTHER)


def _page(request: StaffRequest, run: PlanRun, *, error: DomainError | None = None) -> HttpResponse:
    region, day = run.plan.region, run.plan.day
    lines = numbered(board_of(request.user, region, day), None)
    context = {
        "region": region,
        "day": day,
        "run": run,
        "is_live": run.status in PLANNING,
        "searched": searched(run, lines, people_of_region(request.user, region)),
        "unserved": _lost(run, lines),
        "back": address(region, day, request.user),
        "here": address(region, day, request.user, "day_plan_run", run.public_id),
        "until": run.began_at + timedelta(seconds=run.seconds) if run.began_at else None,
        "tab": "day_plan",
    }
    return show(request, "day_plan/run", context, error=error)


def _lost(run: PlanRun, lines: list[VisitLine]) -> list[Unserved]:
    """What the plan found would leave out, and what would let it in."""
    by_pk = {line.visit.pk: line for line in lines}
    found = []
    for pk, said in run.ways.items():
        line = by_pk.get(int(pk))
        if line is not None:
            useful = [w for w in said["ways"] if w["visit"] is None or w["visit"] in by_pk]
            ways = (
                gives(way, str(by_pk[way["visit"]].number) if way["visit"] else "")
                for way in useful
            )
            found.append(Unserved(line, str(WHY_NOT.get(said["reason"], "")), tuple(ways)))
    return found
