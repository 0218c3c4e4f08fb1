"""Scoped and joined reads: who is on duty, what a branch has."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.permissions import Actor, Permission
from branches.calendar import FRIDAY, BranchCalendar
from branches.models import (
    Branch,
    Commitment,
    Facility,
    FacilityFault,
    RosterException,
    RosterShift,
    Staff,
)
from branches.states import FaultStatus

Span = tuple[datetime, datetime]


def local_moment(day: date, at: time) -> datetime:
    """A wall-clock time in the branches' zone as a moment, once and for all."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(settings.TIME_ZONE))


class Duty:
    """When people are on duty over a span of days: roster within opening days, read once."""

    def __init__(self, staff: Iterable[Staff], first: date, last: date) -> None:
        self._staff = list(staff)
        pks = [person.pk for person in self._staff]
        self._calendar = BranchCalendar({p.branch for p in self._staff}, first, last)
        self._shifts = {
            (row.staff_id, row.weekday): (row.starts, row.ends)
            for row in RosterShift.objects.filter(staff__in=pks)
        }
        self._exceptions = {
            (row.staff_id, row.day): row
            for row in RosterException.objects.filter(staff__in=pks, day__range=(first, last))
        }

    def span(self, person: Staff, day: date) -> Span | None:
        """From when until when this person works on ``day``; None when not at all.

        A make-up working Saturday is worked by Friday's pattern.
        """
        exception = self._exceptions.get((person.pk, day))
        if exception is not None:
            if exception.starts is None or exception.ends is None:
                return None
            return local_moment(day, exception.starts), local_moment(day, exception.ends)
        branch_day = self._calendar.day(person.branch, day)
        if not branch_day.working:
            return None
        shift = self._shifts.get((person.pk, day.isoweekday()))
        if shift is None and branch_day.made_up:
            shift = self._shifts.get((person.pk, FRIDAY))
        if shift is None:
            return None
        return local_moment(day, shift[0]), local_moment(day, shift[1])


def live_commitments(
    staff: Iterable[Staff], first: datetime, last: datetime
) -> dict[int, list[Commitment]]:
    """Live promises of these people that touch the span, by person, in order of time."""
    rows = (
        Commitment.objects.live()
        .filter(staff__in=[p.pk for p in staff], span__overlap=(first, last))
        .order_by("staff", "span")
    )
    found: dict[int, list[Commitment]] = defaultdict(list)
    for row in rows:
        found[row.staff_id].append(row)
    return found


def branch_list(user: Actor) -> QuerySet[Branch]:
    """The branches in scope with the numbers that a list shows: staff, open faults."""
    return (
        Branch.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(is_active=True)
        .annotate(
            staff_count=Count("staff", filter=Q(staff__is_active=True), distinct=True),
            fault_count=Count(
                "facilities__faults",
                filter=Q(facilities__faults__status=FaultStatus.REPORTED),
                distinct=True,
            ),
        )
    )


def facilities_of(branch: Branch) -> QuerySet[Facility]:
    """What a branch has, each with its open fault (at most one) at hand as ``open_faults``."""
    return branch.facilities.select_related("type").prefetch_related(
        Prefetch("faults", queryset=FacilityFault.objects.open(), to_attr="open_faults")
    )
