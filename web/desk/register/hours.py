"""When a branch is open: the week, its own days, and what customers will read of it."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission, may
from branches import hours
from branches.calendar import BranchCalendar, Day
from branches.models import Branch
from branches.promises import BreaksPromises
from branches.queries import own_days
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.register.forms import DayForm, DayGoneForm, FactsForm, HoursForm
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal

DAYS_AHEAD = 14


@require_safe
@signed_in
def page(request: StaffRequest, code: str) -> HttpResponse:
    """The week, the branch's own days, and the next two weeks as customers will see them."""
    return _page(request, get_branch_or_404(request.user, code))


@require_POST
@signed_in
def save(request: StaffRequest, code: str) -> HttpResponse:
    """Another week from now on."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, branch, week=form, status=400)
    try:
        hours.set_week(branch=branch, week=form.week(), actor=request.user)
    except DomainError as error:
        return _refused(request, branch, error, week=form)
    messages.success(request, _("The opening hours are changed."))
    return to("hours", branch)


@require_POST
@signed_in
def add_day(request: StaffRequest, code: str) -> HttpResponse:
    """A day that is not what the calendar says."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, branch, day=form, status=400)
    said = form.cleaned_data
    try:
        hours.add_day(
            branch=branch,
            day=said["day"],
            is_working=said["is_working"],
            reason=said["reason"],
            hours=form.hours,
            actor=request.user,
        )
    except DomainError as error:
        return _refused(request, branch, error, day=form)
    messages.success(request, _("The day is on the list."))
    return to("hours", branch)


@require_POST
@signed_in
def remove_day(request: StaffRequest, code: str) -> HttpResponse:
    """That day is as the calendar says after all."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    try:
        day = cleaned(DayGoneForm(request.POST))["day"]
        hours.remove_day(branch=branch, day=day, actor=request.user)
    except DomainError as error:
        return _refused(request, branch, error)
    messages.success(request, _("The day is off the list."))
    return to("hours", branch)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def facts(request: StaffRequest, code: str) -> HttpResponse:
    """What customers read about the branch: address, phone, how to get here."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    form = FactsForm(request.POST or None, initial=FactsForm.initial_of(branch))
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                hours.set_facts(branch=branch, facts=form.facts(), actor=request.user)
                messages.success(request, _("The branch's page is changed."))
                return to("register", branch)
            except DomainError as error:
                status = show_refusal(form, error)
    context = {"form": form, "tab": "faults", "part": "facts"}
    return show(request, branch, "register/facts", context, status=status)


def two_weeks(branch: Branch) -> list[Day]:
    """The next days, today first."""
    first = clock.today()
    last = first + timedelta(days=DAYS_AHEAD - 1)
    calendar = BranchCalendar([branch], first, last)
    return [calendar.day(branch, first + timedelta(days=n)) for n in range(DAYS_AHEAD)]


def _refused(
    request: StaffRequest,
    branch: Branch,
    error: DomainError,
    *,
    week: HoursForm | None = None,
    day: DayForm | None = None,
) -> HttpResponse:
    """What was typed, with the rule's words beside it, or the promises that stand in the way."""
    status = error.http_status
    form = week or day
    if form is None or isinstance(error, BreaksPromises):
        return _page(request, branch, week=week, day=day, refused=error, status=status)
    return _page(request, branch, week=week, day=day, status=show_refusal(form, error))


def _page(
    request: StaffRequest,
    branch: Branch,
    *,
    week: HoursForm | None = None,
    day: DayForm | None = None,
    refused: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    promises = refused.promises if isinstance(refused, BreaksPromises) else []
    prefetch_related_objects(promises, "staff")
    context = {
        "week": week or HoursForm(initial=HoursForm.initial_of(branch)),
        "day_form": day or DayForm(),
        "own_days": own_days(branch),
        "days": two_weeks(branch),
        "refused": refused,
        "promises": promises,
        "may_change": may(request.user, Permission.CHANGE_BRANCH),
        "tab": "faults",
        "part": "hours",
    }
    return show(request, branch, "register/hours", context, status=status)
