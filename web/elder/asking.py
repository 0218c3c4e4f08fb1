"""What booking, moving and company at a branch have in common: days, times, and their addresses.

Every answer is in the address (an opaque id, a code, a day, a time), so that the back button, a
reload and a second tab are always right, and nothing personal is in a log.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.availability import window_start
from foundation.errors import InvalidInput, Words

KEY = re.compile(r"[0-9A-Za-z-]{1,50}")


@dataclass(frozen=True)
class Slot:
    """A time that can be kept, as a page shows it; ``value`` is what its button sends."""

    start: datetime
    hours: str
    value: str
    quiet: bool = False

    @property
    def words(self) -> str:
        """The hours, and whether the branch is quiet then."""
        return _("%(hours)s, a quiet time") % {"hours": self.hours} if self.quiet else self.hours


@dataclass(frozen=True)
class OpenDay:
    """One day and the times that can be kept on it, in order."""

    date: date
    slots: list[Slot]


class Asking(Protocol):
    """Something for which a time is being sought."""

    @property
    def question(self) -> Words:
        """What is asked on the first page about time."""

    @property
    def promise(self) -> Words:
        """Why these times are certain."""

    @property
    def steps(self) -> str:
        """One character for each question on the way; empty when they are not counted."""

    @property
    def ahead(self) -> list[date]:
        """The days that may be asked for."""

    @property
    def wait(self) -> str:
        """Where one asks for a place on the waiting list; empty where there is none."""

    def page(self, name: str, **answers: str) -> str:
        """The address of one of its pages: when, day, time, keep or check."""

    def days(self, only: date | None = None) -> list[OpenDay]:
        """The days ahead (or one of them) with what is open, each proven at this moment."""

    def keep(self, start: datetime) -> None:
        """Keep a time while the answers are checked, where that is possible."""


def best(days: list[OpenDay], limit: int = 3) -> list[Slot]:
    """The next good times: one of each half day, a quiet one if there is one."""
    halves: dict[tuple[date, bool], list[Slot]] = {}
    for slot in (slot for day in days for slot in day.slots):
        start = timezone.localtime(slot.start)
        halves.setdefault((start.date(), start.hour < 12), []).append(slot)
    firsts = [min(half, key=lambda slot: (not slot.quiet, slot.start)) for half in halves.values()]
    return firsts[:limit]


def asked_day(request: HttpRequest) -> date | None:
    """The day that the address names, or None."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def asked_time(request: HttpRequest) -> datetime | None:
    """The moment that the address or the form names; None when it names none."""
    try:
        return window_start(asked_value(request))
    except InvalidInput:
        return None


def asked_value(request: HttpRequest) -> str:
    """The same as it was sent."""
    return request.POST.get("window") or request.GET.get("window", "")


def asked_key(request: HttpRequest) -> str:
    """The form's own key, by which a second tap is known; empty when it is none."""
    key = request.POST.get("key", "")
    return key if KEY.fullmatch(key) else ""
