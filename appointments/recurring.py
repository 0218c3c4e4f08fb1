"""Visits that return, such as help with the pension each month.

Every occurrence goes through the same door as a single booking and is a visit by itself; those that
cannot be kept are listed with what is open near them, and the rest stand.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import notices
from appointments.asking import Asker
from appointments.availability import OpenWindow, WindowTaken, demand_for, open_windows
from appointments.booking import AlreadyBooked, book_visit
from appointments.models import HomeVisit
from branches.calendar import BranchCalendar
from branches.models import Branch
from branches.queries import local_moment
from eldercare.models import Customer, ServiceVersion
from foundation.errors import InvalidInput
from foundation.locks import locking

MOST_TIMES = 12
LOOK_AHEAD_DAYS = 10


@dataclass(frozen=True)
class Unkept:
    """An occurrence that cannot be kept, and what is open on its day instead."""

    wanted: datetime
    instead: tuple[OpenWindow, ...]


@dataclass(frozen=True)
class SeriesAnswer:
    """The visits that stand, and the occurrences that could not be booked."""

    visits: tuple[HomeVisit, ...]
    unkept: tuple[Unkept, ...]


def book_series(
    *,
    customer: Customer,
    version: ServiceVersion,
    first: datetime,
    times: int,
    key: str,
    asker: Asker,
    every_months: int = 1,
) -> SeriesAnswer:
    """Book ``times`` visits, one every so many months, at ``first``'s hour and day of the month.

    The 31st of a short month is its last day; a day on which the branch is closed gives way to the
    next one on which it is open. The same ``key`` again gives the same visits.

    Raises:
        InvalidInput: less than two times, more than twelve, or not a whole number of months.
        ServiceNotAtHome, ConsentMissing, CustomerUnplaced: as for a single booking; nothing is
            booked.
    """
    if not 2 <= times <= MOST_TIMES or every_months < 1:
        raise InvalidInput(
            fields={"times": _("Choose between 2 and %(most)s visits.") % {"most": MOST_TIMES}}
        )
    starts = occurrences(customer.branch, first, times, every_months)
    outcomes = [
        _book_one(customer, version, start, f"{key}:{number}", asker)
        for number, start in enumerate(starts)
    ]
    visits = tuple(outcome for outcome in outcomes if isinstance(outcome, HomeVisit))
    if visits:
        with locking():
            notices.series_booked(visits, key=key)
    return SeriesAnswer(visits, tuple(o for o in outcomes if isinstance(o, Unkept)))


def _book_one(
    customer: Customer, version: ServiceVersion, start: datetime, key: str, asker: Asker
) -> HomeVisit | Unkept:
    try:
        return book_visit(
            customer=customer,
            version=version,
            window_start=start,
            key=key,
            asker=asker,
            one_of_many=True,
        )
    except (WindowTaken, AlreadyBooked):
        return Unkept(start, _instead(customer, version, start))


def occurrences(branch: Branch, first: datetime, times: int, every_months: int) -> list[datetime]:
    """When the visits should begin: the branch's open days on or after each month's day."""
    local = timezone.localtime(first)
    days = [_months_later(local.date(), n * every_months) for n in range(times)]
    known = BranchCalendar([branch], days[0], days[-1] + timedelta(days=LOOK_AHEAD_DAYS))
    return [
        local_moment(_open_day(known, branch, day), time(local.hour, local.minute)) for day in days
    ]


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _open_day(known: BranchCalendar, branch: Branch, wanted: date) -> date:
    days = (wanted + timedelta(days=n) for n in range(LOOK_AHEAD_DAYS))
    return next((day for day in days if known.day(branch, day).working), wanted)


def _instead(
    customer: Customer, version: ServiceVersion, start: datetime
) -> tuple[OpenWindow, ...]:
    [answer] = open_windows(
        customer.branch, demand_for(customer, version), [timezone.localdate(start)]
    )
    nearest = sorted(answer.windows, key=lambda window: abs(window.start - start))
    return tuple(nearest[:3])
