"""The week as a table: who is on duty when, and when too few are on the floor."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import floor
from branches.models import Branch, Leave
from branches.queries import leaves_of, swap_requests_of
from branches.week import DAYS, monday_of, week_of
from foundation import clock
from foundation.errors import DomainError
from web import columns
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import SEE_OTHER, show
from web.desk.roster.access import day_or
from web.desk.roster.forms import FloorForm
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import exported


@require_safe
@signed_in
def show_week(request: StaffRequest, code: str) -> HttpResponseBase:
    """The week of ``?day=``, else the present one."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STAFF)
    if "format" in request.GET:
        shown = week_of(request.user, branch, day_or(request.GET.get("day", ""), clock.today()))
        title = _("Roster %(day)s") % {"day": shown.monday}
        file = exported(request, title, columns.week(len(shown.columns)), shown.rows)
        if file is not None:
            return file
    return _page(request, branch)


@require_POST
@signed_in
def change_floor(request: StaffRequest, code: str) -> HttpResponse:
    """How many on the floor, and how many of them at the door."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_ROSTER)
    try:
        said = cleaned(FloorForm(request.POST))
        floor.set_floor(branch=branch, actor=request.user, **said)
    except DomainError as error:
        return _page(request, branch, error=error)
    messages.success(request, _("Changed; the roster warns by it from now on."))
    return to_week(branch, clock.today())


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None
) -> HttpResponse:
    day = day_or(request.GET.get("day", ""), clock.today())
    week = week_of(request.user, branch, day)
    monday = monday_of(clock.today())
    context = {
        "week": week,
        "before": week.monday - timedelta(days=DAYS),
        "after": week.monday + timedelta(days=DAYS),
        "is_now": week.monday == monday,
        "may_change": may(request.user, Permission.CHANGE_ROSTER),
        "leaves_asked": leaves_asked(request, branch),
        "swaps_asked": swap_requests_of(request.user, branch).live().count(),  # type: ignore[attr-defined]
        "typed": request.POST,
        "tab": "roster",
    }
    return show(request, branch, "roster/week", context, error=error)


def leaves_asked(request: StaffRequest, branch: Branch) -> int:
    """How much leave waits for an answer."""
    waiting = Leave.objects.waiting().values("pk")
    return leaves_of(request.user, branch).filter(pk__in=waiting).count()


def to_week(branch: Branch, day: object) -> HttpResponse:
    """Go and look at the week of a day after something in it has been changed."""
    target = reverse("desk:roster", args=[branch.code])
    return HttpResponseRedirect(f"{target}?day={day}", status=SEE_OTHER)
