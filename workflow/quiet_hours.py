"""When nobody is to be disturbed: what may wait is sent afterwards.

Nights (21:00 to 08:00) and dinner, in the branches' own time; ``NUANBAN_QUIET_HOURS``. What answers
something that a person is doing right now (a sign-in code, a confirmation) never waits.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def after_quiet_hours(moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    local = timezone.localtime(moment)
    for begins, ends in _spans():
        if begins <= ends and begins <= local.time() < ends:
            return _at(local, ends)
        if begins > ends and local.time() >= begins:
            return _at(local + timedelta(days=1), ends)
        if begins > ends and local.time() < ends:
            return _at(local, ends)
    return moment


def _spans() -> list[tuple[time, time]]:
    return [
        (time.fromisoformat(begins), time.fromisoformat(ends))
        for begins, ends in settings.NUANBAN_QUIET_HOURS
    ]


def _at(local: datetime, at: time) -> datetime:
    return local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
