"""Times that can be kept, as the desk shows them: day by day, as radio choices of one form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments.availability import (
    WINDOW_FORMAT,
    OpenWindow,
    days_ahead,
    days_to_move,
    demand_for,
    demand_of,
    open_windows,
    window_length,
)
from appointments.escort_times import OpenTime, open_times
from appointments.holds import holds_of
from appointments.models import HomeVisit
from branches.models import Branch
from eldercare.models import Customer, Escort, ServiceVersion

# As many days with something open as fit on a screen; the field "from" leads on.
DAYS_SHOWN = 4


@dataclass(frozen=True)
class Choice:
    """One time that can be kept; ``value`` is what the form sends and is never believed."""

    start: datetime
    value: str
    words: str
    quiet: bool = False


@dataclass(frozen=True)
class Day:
    """One day and the times that can be kept on it."""

    date: date
    choices: list[Choice]


def home_days(customer: Customer, version: ServiceVersion, first: date | None) -> list[Day]:
    """The next days on which two people can come.

    Raises:
        CustomerUnplaced: we do not know where they live.
    """
    demand = demand_for(customer, version)
    found = open_windows(customer.branch, demand, _from(first), without=holds_of(customer))
    return by_day(of_window(w) for answer in found for w in answer.windows)


def move_days(visit: HomeVisit, first: date | None) -> list[Day]:
    """The same for a visit that moves: its team is thought to be free, its own time is left out."""
    held = [member.commitment_id for member in visit.team.all()] + holds_of(visit.customer)
    days = _from(first, days_to_move(visit))
    found = open_windows(visit.customer.branch, demand_of(visit), days, without=held)
    every = (w for answer in found for w in answer.windows)
    return by_day(of_window(w) for w in every if w.start != visit.window.lower)


def branch_days(branch: Branch, version: ServiceVersion, first: date | None) -> list[Day]:
    """The next half hours at which somebody can be at their side in the branch."""
    return by_day(of_time(time) for time in open_times(branch, version, _from(first)))


def company_days(escort: Escort, first: date | None) -> list[Day]:
    """The same for company that moves: its assistant is thought to be free then."""
    without = [escort.commitment_id] if escort.commitment_id else []
    found = open_times(escort.branch, escort.service_version, _from(first), without=without)
    return by_day(of_time(time) for time in found if time.start != escort.booked_for)


def by_day(choices: Iterable[Choice], most: int = DAYS_SHOWN) -> list[Day]:
    """The first few days that have a choice, in order."""
    days: dict[date, list[Choice]] = {}
    for choice in choices:
        days.setdefault(timezone.localdate(choice.start), []).append(choice)
    return [Day(day, days[day]) for day in sorted(days)[:most]]


def of_window(window: OpenWindow) -> Choice:
    start, end = timezone.localtime(window.start), timezone.localtime(window.end)
    return Choice(window.start, window.value, f"{start:%H:%M}–{end:%H:%M}")


def of_time(time: OpenTime) -> Choice:
    start = timezone.localtime(time.start)
    value = time.start.astimezone(UTC).strftime(WINDOW_FORMAT)
    return Choice(time.start, value, f"{start:%H:%M}", time.quiet)


def first_day(text: str, among: Sequence[date] | None = None) -> date | None:
    """The day from which to look; anything that is not among the days ahead means the first."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day in (days_ahead() if among is None else among) else None


def in_words(start: datetime, length: timedelta | None = None) -> str:
    """Day, weekday and hours, to be read back to the customer."""
    local = timezone.localtime(start)
    day = f"{date_format(local, 'MONTH_DAY_FORMAT')} {date_format(local, 'l')}"
    hours = f"{local:%H:%M}" if length is None else f"{local:%H:%M}–{local + length:%H:%M}"
    return _("%(day)s, %(hours)s") % {"day": day, "hours": hours}


def window_in_words(start: datetime) -> str:
    """The same for a window of a home visit."""
    return in_words(start, window_length())


def _from(first: date | None, among: Sequence[date] | None = None) -> list[date]:
    ahead = days_ahead() if among is None else among
    return [day for day in ahead if first is None or day >= first]
