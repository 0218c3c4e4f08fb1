"""The time as the bank sees it.

Rules ask :func:`now` and never the system clock, so that a demonstration can be hurried to tomorrow
and a test can stand still. Outside development the offset does not exist.
"""

import time
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_CACHE_SECONDS = 0.5
_cached: tuple[float, timedelta] = (0.0, timedelta(0))


def now() -> datetime:
    """The present moment, aware, in UTC."""
    moment = timezone.now()
    if not getattr(settings, "NUANBAN_DEMO_CLOCK", False):
        return moment
    return moment + _offset()


def today() -> date:
    """The present day in the branches' own time zone."""
    return timezone.localdate(now())


def by_other_clock(at: datetime, sent_at: datetime) -> datetime:
    """When something happened by our clock, from a device that says when it happened and what time
    it is now: its clock may be wrong by hours, but it runs evenly. Never in the future."""
    moment = now()
    return min(moment, moment - (sent_at - at))


def hurry(by: timedelta) -> datetime:
    """Move the demonstration clock on by ``by`` and return the new time.

    Raises:
        RuntimeError: outside a demonstration, where time is not ours to move.
    """
    return set_offset(_offset(fresh=True) + by)


def set_offset(offset: timedelta) -> datetime:
    """Set the demonstration clock's distance from the real one; zero brings it home."""
    global _cached
    from foundation.models import DemoClock

    if not getattr(settings, "NUANBAN_DEMO_CLOCK", False):
        raise RuntimeError("Only a demonstration may move its clock (NUANBAN_DEMO_CLOCK).")
    DemoClock.objects.update_or_create(pk=1, defaults={"offset": offset})
    _cached = (0.0, timedelta(0))
    return now()


def _offset(*, fresh: bool = False) -> timedelta:
    # Workers and web processes each keep the offset for half a second: cheap, and soon in step.
    global _cached
    from foundation.models import DemoClock

    read_at, offset = _cached
    if fresh or time.monotonic() - read_at > _CACHE_SECONDS:
        offset = DemoClock.objects.filter(pk=1).values_list("offset", flat=True).first() or (
            timedelta(0)
        )
        _cached = (time.monotonic(), offset)
    return offset
