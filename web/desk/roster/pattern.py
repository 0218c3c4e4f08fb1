"""One person's weekly pattern, from a day on."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from appointments.restaffing import what_they_are_about
from branches import roster
from branches.models import Branch, OpeningHours, RosterShift, Staff
from branches.models.hours import Weekday
from branches.promises import BreaksPromises
from branches.week import DAYS, monday_of
from foundation import clock
from foundation.errors import DomainError
from web.desk.access import get_assistant_or_404, get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show
from web.desk.roster.forms import PatternForm
from web.desk.roster.week import to_week
from web.desk.signed_in import StaffRequest, signed_in


@dataclass(frozen=True)
class Line:
    """One weekday of the form: when the branch is open, what stands there, what is wrong."""

    weekday: int
    opening: OpeningHours | None
    starts: str
    ends: str
    fault: str

    @property
    def name(self) -> str:
        return str(Weekday(self.weekday).label)


@require_safe
@signed_in
def ask(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """The pattern as it stands, to be changed from a day on."""
    branch, person = _whose(request, code, pk)
    return _page(request, branch, person)


@require_POST
@signed_in
def change(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Another pattern from a day on; the weeks before stay as they were worked."""
    branch, person = _whose(request, code, pk)
    try:
        said = cleaned(PatternForm(request.POST))
        roster.set_week(staff=person, pattern=said["pattern"], first=said["first"])
    except DomainError as error:
        return _page(request, branch, person, error=error)
    messages.success(
        request,
        _("Changed: %(name)s works by the new pattern from %(day)s on.")
        % {"name": person.name, "day": said["first"]},
    )
    return to_week(branch, said["first"])


def _whose(request: StaffRequest, code: str, pk: int) -> tuple[Branch, Staff]:
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_ROSTER)
    person = get_assistant_or_404(request.user, branch, pk)
    person.branch = branch
    return branch, person


def _page(
    request: StaffRequest, branch: Branch, person: Staff, *, error: DomainError | None = None
) -> HttpResponse:
    next_monday = monday_of(clock.today()) + timedelta(days=DAYS)
    broken = error.promises if isinstance(error, BreaksPromises) else []
    later = RosterShift.objects.filter(staff=person, first__gt=next_monday)
    context = {
        "person": person,
        "lines": _lines(request, branch, person, error),
        "first": request.POST.get("first", next_monday.isoformat()),
        "today": clock.today(),
        "later": later.order_by("first").values_list("first", flat=True).distinct(),
        "promises": what_they_are_about(broken),
        "tab": "roster",
    }
    return show(request, branch, "roster/pattern", context, error=error)


def _lines(
    request: StaffRequest, branch: Branch, person: Staff, error: DomainError | None
) -> list[Line]:
    """What was typed when it was refused, else the pattern of the next week."""
    monday = monday_of(clock.today()) + timedelta(days=DAYS)
    opening = {row.weekday: row for row in branch.hours.all()}
    shifts = {
        row.weekday: row
        for row in RosterShift.objects.filter(staff=person).between(
            monday, monday + timedelta(days=DAYS - 1)
        )
    }
    lines = []
    for weekday in Weekday.values:
        row = shifts.get(weekday)
        starts, ends = (f"{row.starts:%H:%M}", f"{row.ends:%H:%M}") if row else ("", "")
        fault = ""
        if error is not None:
            starts = request.POST.get(f"starts_{weekday}", "")
            ends = request.POST.get(f"ends_{weekday}", "")
            names = (f"weekday_{weekday}", f"starts_{weekday}", f"ends_{weekday}")
            fault = next((str(error.fields[n]) for n in names if n in error.fields), "")
        lines.append(Line(weekday, opening.get(weekday), starts, ends, fault))
    return lines
