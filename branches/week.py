"""A branch's week as a table: people by days, with all that makes a day what it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils import timezone

from accounts.permissions import Actor, Permission
from branches.calendar import BranchCalendar, Day
from branches.cover import Gap, cover_gaps
from branches.models import (
    Branch,
    Commitment,
    CommitmentKind,
    Leave,
    RosterException,
    Staff,
)
from branches.queries import Duty, Span, live_commitments, local_moment
from branches.states import LeaveStatus
from foundation import clock

DAYS = 7


@dataclass(frozen=True)
class Cell:
    """One person on one day: duty (or none), what differs, leave, and what is promised."""

    person: Staff
    day: Day
    span: Span | None
    exception: RosterException | None
    leave: Leave | None
    promises: Sequence[Commitment]

    @property
    def hours(self) -> tuple[time, time] | None:
        """The same as wall-clock times, for a form."""
        if self.span is None:
            return None
        return timezone.localtime(self.span[0]).time(), timezone.localtime(self.span[1]).time()

    @property
    def away(self) -> bool:
        """On leave that was granted."""
        return self.leave is not None and self.leave.status == LeaveStatus.APPROVED

    @property
    def past(self) -> bool:
        return self.day.day < clock.today()


@dataclass(frozen=True)
class Row:
    person: Staff
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Column:
    """One day of the branch, with the gaps on its floor."""

    day: Day
    gaps: Sequence[Gap]

    @property
    def today(self) -> bool:
        return self.day.day == clock.today()


@dataclass(frozen=True)
class Week:
    monday: date
    columns: Sequence[Column]
    rows: Sequence[Row]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=DAYS - 1)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_of(user: Actor, branch: Branch, day: date) -> Week:
    """The week of ``day``: a fixed number of queries however many people work here."""
    monday = monday_of(day)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    people = list(
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .active()
        .filter(branch=branch)
        .select_related("branch")
        .order_by("badge")
    )
    rows = [Row(person, cells) for person, cells in _cells(people, branch, days).items()]
    calendar = BranchCalendar([branch], days[0], days[-1])
    gaps: dict[date, list[Gap]] = defaultdict(list)
    for gap in cover_gaps([branch], days[0], days[-1]):
        gaps[timezone.localdate(gap.start)].append(gap)
    return Week(monday, [Column(calendar.day(branch, one), gaps[one]) for one in days], rows)


def cell_of(person: Staff, day: date) -> Cell:
    """One cell."""
    [cells] = _cells([person], person.branch, [day]).values()
    return cells[0]


def _cells(
    people: Sequence[Staff], branch: Branch, days: Sequence[date]
) -> dict[Staff, list[Cell]]:
    duty, calendar = Duty(people, days[0], days[-1]), BranchCalendar([branch], days[0], days[-1])
    leaves: dict[int, list[Leave]] = defaultdict(list)
    asked = [LeaveStatus.REQUESTED, LeaveStatus.APPROVED]
    for leave in Leave.objects.filter(
        staff__in=people, status__in=asked, first__lte=days[-1], last__gte=days[0]
    ):
        leaves[leave.staff_id].append(leave)
    midnight = time(0)
    promised = live_commitments(
        people,
        local_moment(days[0], midnight),
        local_moment(days[-1] + timedelta(days=1), midnight),
    )
    return {
        person: [
            Cell(
                person,
                calendar.day(branch, day),
                duty.span(person, day),
                duty.exception(person, day),
                next((row for row in leaves[person.pk] if row.first <= day <= row.last), None),
                [
                    row
                    for row in promised[person.pk]
                    if row.kind not in (CommitmentKind.LEAVE, CommitmentKind.HOLD)
                    and timezone.localdate(row.span.lower) == day
                ],
            )
            for day in days
        ]
        for person in people
    }
