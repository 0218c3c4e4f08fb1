"""Which days are working days, and when a branch is open.

The order of authority: the branch's own exception, the exception for all branches, then the
national calendar (``chinesecalendar``, State Council notices of 2004 to 2026). For a year that is
not announced yet, weekdays count as working days and the answer says that it is not confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

import chinese_calendar

from branches.models import Branch, CalendarDay, OpeningHours

FRIDAY = 5


@dataclass(frozen=True)
class Day:
    """What one calendar day is for one branch.

    ``hours`` is None when closed. ``made_up`` marks a working Saturday or Sunday that stands in for
    a weekday, and is worked by Friday's pattern. ``announced`` is False when the State Council's
    notice for the year is not known to us, so that a page can say "not yet announced".
    """

    day: date
    working: bool
    hours: tuple[time, time] | None
    reason: str
    announced: bool
    made_up: bool


def national_day(day: date) -> tuple[bool, bool]:
    """Whether ``day`` is a working day in China, and whether that is announced."""
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.isoweekday() <= FRIDAY, False


class BranchCalendar:
    """The days of some branches over a span, read once: three queries however long the span."""

    def __init__(self, branches: Iterable[Branch], first: date, last: date) -> None:
        pks = [branch.pk for branch in branches]
        self._hours: dict[tuple[int, int], tuple[time, time]] = {
            (row.branch_id, row.weekday): (row.opens, row.closes)
            for row in OpeningHours.objects.filter(branch__in=pks)
        }
        exceptions = CalendarDay.objects.filter(day__range=(first, last))
        self._exceptions: dict[tuple[int | None, date], CalendarDay] = {
            (row.branch_id, row.day): row for row in exceptions
        }

    def day(self, branch: Branch, day: date) -> Day:
        """What ``day`` is for ``branch``.

        An exception may bring its own hours. A make-up working Saturday keeps Friday's hours when
        the branch has none of its own for Saturdays. A branch that is always open at weekends stays
        so on plain weekends.
        """
        exception = self._exceptions.get((branch.pk, day)) or self._exceptions.get((None, day))
        if exception is not None and exception.opens and exception.closes:
            its_own = (exception.opens, exception.closes)
            return Day(day, True, its_own, exception.reason, True, day.isoweekday() > FRIDAY)
        if exception is not None:
            working, announced, reason = exception.is_working, True, exception.reason
        else:
            working, announced = national_day(day)
            reason = ""
        own = self._hours.get((branch.pk, day.isoweekday()))
        made_up = working and day.isoweekday() > FRIDAY
        if working:
            hours = own or (self._hours.get((branch.pk, FRIDAY)) if made_up else None)
        else:
            hours = own if exception is None and _is_plain_weekend(day, announced) else None
        return Day(day, hours is not None, hours, reason, announced, made_up)


def _is_plain_weekend(day: date, announced: bool) -> bool:
    if day.isoweekday() <= FRIDAY:
        return False
    if not announced:
        return True
    return chinese_calendar.get_holiday_detail(day)[1] is None


def branch_day(branch: Branch, day: date) -> Day:
    """What ``day`` is for one branch."""
    return BranchCalendar([branch], day, day).day(branch, day)


def add_working_days(start: date, days: int) -> date:
    """The date ``days`` working days after ``start`` by the national calendar and our exceptions.

    Raises:
        ValueError: for a negative number of days.
    """
    if days < 0:
        raise ValueError("days must not be negative")
    horizon = start + timedelta(days=days * 3 + 30)
    exceptions = dict(
        CalendarDay.objects.filter(branch__isnull=True, day__range=(start, horizon)).values_list(
            "day", "is_working"
        )
    )
    day = start
    while days:
        day += timedelta(days=1)
        working = exceptions[day] if day in exceptions else national_day(day)[0]
        days -= working
    return day
