"""When a branch is quiet. This room does not know who comes: a higher one tells it, if it is there.

``eldercare`` registers a counter of arrivals in its ``AppConfig.ready``; until one is registered,
nothing is claimed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from branches.models import Branch
from foundation import clock

# Arrivals of a branch since a day, by ISO weekday and hour of the local day.
Counter = Callable[[Branch, date], Mapping[tuple[int, int], int]]

LOOK_BACK: Final = timedelta(weeks=8)
# Fewer arrivals than this are chance, and nothing is said.
ENOUGH: Final = 20
_counters: Final[list[Counter]] = []


@dataclass(frozen=True)
class QuietHour:
    """An hour of the week that begins at ``hour`` and in which few people come."""

    weekday: int
    hour: int
    arrivals: int


def register(counter: Counter) -> None:
    """Say who counts arrivals; the last one that was named does."""
    _counters[:] = [counter]


def quiet_hours(branch: Branch, at_most: int = 3) -> list[QuietHour] | None:
    """The quietest opening hours of the last eight weeks, the quietest first.

    None when nobody counts, or too few have come to tell: then a page says that we do not know.
    """
    if not _counters:
        return None
    counted = _counters[0](branch, clock.today() - LOOK_BACK)
    if sum(counted.values()) < ENOUGH:
        return None
    hours = [
        QuietHour(row.weekday, hour, counted.get((row.weekday, hour), 0))
        for row in branch.hours.all()
        for hour in range(row.opens.hour, row.closes.hour)
    ]
    return sorted(hours, key=lambda one: (one.arrivals, one.weekday, one.hour))[:at_most]
