"""One cell of the week: one person, one day. In place with htmx, else a page of its own."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from appointments.restaffing import what_they_are_about
from branches import roster
from branches.models import Branch, Staff
from branches.promises import BreaksPromises
from branches.week import cell_of
from foundation.errors import DomainError
from web.desk.access import get_assistant_or_404, get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show
from web.desk.roster.access import day_or_404
from web.desk.roster.forms import DayForm, shown
from web.desk.roster.week import to_week
from web.desk.signed_in import StaffRequest, signed_in

REASONS = (
    gettext_lazy("training"),
    gettext_lazy("stands in for a colleague"),
    gettext_lazy("time off in lieu"),
    gettext_lazy("doctor"),
)


@require_safe
@signed_in
def ask(request: StaffRequest, code: str, pk: int, day: str) -> HttpResponse:
    """The small form of one cell."""
    branch, person = _whose(request, code, pk)
    return _form(request, branch, person, day_or_404(day))


@require_POST
@signed_in
def change(request: StaffRequest, code: str, pk: int, day: str) -> HttpResponse:
    """Other hours on this day, or none."""

    def act(person: Staff, when: date) -> str:
        said = cleaned(DayForm(request.POST))
        roster.change_day(staff=person, day=when, hours=said["hours"], reason=said["reason"])
        return _("Changed: this day differs from the weekly pattern now.")

    return _do(request, code, pk, day, act)


@require_POST
@signed_in
def restore(request: StaffRequest, code: str, pk: int, day: str) -> HttpResponse:
    """By the weekly pattern again."""

    def act(person: Staff, when: date) -> str:
        roster.restore_day(staff=person, day=when)
        return _("This day is worked by the weekly pattern again.")

    return _do(request, code, pk, day, act)


def _do(
    request: StaffRequest, code: str, pk: int, day: str, act: Callable[[Staff, date], str]
) -> HttpResponse:
    branch, person = _whose(request, code, pk)
    when = day_or_404(day)
    try:
        messages.success(request, act(person, when))
    except DomainError as error:
        return _form(request, branch, person, when, error=error)
    return to_week(branch, when)


def _whose(request: StaffRequest, code: str, pk: int) -> tuple[Branch, Staff]:
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_ROSTER)
    person = get_assistant_or_404(request.user, branch, pk)
    person.branch = branch
    return branch, person


def _form(
    request: StaffRequest,
    branch: Branch,
    person: Staff,
    day: date,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    cell = cell_of(person, day)
    broken = error.promises if isinstance(error, BreaksPromises) else []
    context = {
        "branch": branch,
        "cell": cell,
        "typed": _typed(request.POST) if error else shown(cell.hours or cell.day.hours),
        "reasons": REASONS,
        "promises": what_they_are_about(broken),
        "error": error,
        "tab": "roster",
    }
    if not request.htmx:
        return show(request, branch, "roster/day", context, error=error)
    status = error.http_status if error else 200
    answer = render(request, "desk/roster/_day.html", context | {"here": True}, status=status)
    # A refusal stays in its cell, with what was typed.
    answer["HX-Retarget"] = f"#cell-{person.pk}-{day:%Y-%m-%d}"
    answer["HX-Reswap"] = "innerHTML"
    answer["HX-Reselect"] = ".nb-dayform"
    return answer


def _typed(said: QueryDict) -> dict[str, str]:
    return {name: said.get(name, "") for name in ("starts", "ends", "reason")}
