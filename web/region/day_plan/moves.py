"""What may be done with a day: improve it, freeze it, open it again, announce it, try it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from appointments import day_plans, plan_runs
from appointments.models import DayPlan, PlanSource
from foundation.errors import DomainError, InvalidInput, MoveRefused
from web.desk.signed_in import StaffRequest, signed_in
from web.region.day_plan.access import person_or_none, plan_or_404
from web.region.day_plan.page import address, day_page

SEE_OTHER = 303


@require_POST
@signed_in
def improve(request: StaffRequest, day: str) -> HttpResponse:
    """Search now; what is better is adopted, on a frozen day too: somebody asked for it."""

    def act(plan: DayPlan) -> None:
        if plan.day < plan_runs.first_day():
            raise MoveRefused(_("This day is past."))
        plan_runs.ask(plan=plan, source=PlanSource.ASKED, actor=request.user)

    return _do(request, day, act)


@require_POST
@signed_in
def without(request: StaffRequest, day: str) -> HttpResponse:
    """What would be if somebody were absent: searched and shown, and nothing is changed."""
    plan = plan_or_404(request, day)
    try:
        if plan.day < plan_runs.first_day():
            raise MoveRefused(_("This day is past."))
        absent = person_or_none(request, plan.region, request.POST.get("staff", ""))
        if absent is None:
            raise InvalidInput(
                gettext_lazy("Who would be absent? Please choose."),
                fields={"staff": gettext_lazy("Who would be absent? Please choose.")},
            )
        run = plan_runs.ask(plan=plan, source=PlanSource.TRIAL, actor=request.user, absent=absent)
    except DomainError as error:
        return day_page(request, plan.region, plan.day, error=error)
    where = address(plan.region, plan.day, request.user, "day_plan_run", run.public_id)
    return HttpResponseRedirect(where, status=SEE_OTHER)


@require_POST
@signed_in
def freeze(request: StaffRequest, day: str) -> HttpResponse:
    """No more changes by themselves."""

    def act(plan: DayPlan) -> None:
        day_plans.freeze(plan=plan, actor=request.user)
        messages.success(request, _("Frozen: nothing is changed any more unless you ask for it."))

    return _do(request, day, act)


@require_POST
@signed_in
def open_again(request: StaffRequest, day: str) -> HttpResponse:
    """Let it be improved again."""

    def act(plan: DayPlan) -> None:
        day_plans.thaw(plan=plan, actor=request.user)
        messages.success(request, _("Open again: the day is improved after changes and at night."))

    return _do(request, day, act)


@require_POST
@signed_in
def announce(request: StaffRequest, day: str) -> HttpResponse:
    """Tell every customer now who comes, instead of at 18:00 the day before."""

    def act(plan: DayPlan) -> None:
        told = day_plans.publish(plan=plan, actor=request.user)
        words = ngettext("%(n)s customer is told.", "%(n)s customers are told.", told)
        messages.success(request, words % {"n": told})

    return _do(request, day, act)


def _do(request: StaffRequest, day: str, act: Callable[[DayPlan], None]) -> HttpResponse:
    plan = plan_or_404(request, day)
    try:
        act(plan)
    except DomainError as error:
        return day_page(request, plan.region, plan.day, error=error)
    return HttpResponseRedirect(address(plan.region, plan.day, request.user), status=SEE_OTHER)
