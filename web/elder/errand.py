"""What times are asked for: whom, what for, and how the pages that ask are addressed.

Every answer is in the address (an opaque id, a service's code, a day, a window), so that the back
button, a reload and a second tab are always right, and nothing personal is in a log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from appointments.availability import (
    Demand,
    OpenWindow,
    demand_for,
    demand_of,
    open_windows,
    window_start,
)
from appointments.holds import holds_of
from appointments.models import HomeVisit
from eldercare.models import ServiceVersion
from foundation.errors import InvalidInput
from web.elder.caller import Person


@dataclass(frozen=True)
class Errand:
    """A visit that is being booked, or (``visit``) one that is being moved."""

    person: Person
    version: ServiceVersion
    demand: Demand
    visit: HomeVisit | None = None

    @classmethod
    def to_book(cls, person: Person, version: ServiceVersion) -> Self:
        """A new visit.

        Raises:
            CustomerUnplaced: we do not know where they live.
        """
        return cls(person, version, demand_for(person.customer, version))

    @classmethod
    def to_move(cls, person: Person, visit: HomeVisit) -> Self:
        """The same visit at another time; the team that keeps it now is thought to be free."""
        return cls(person, visit.service_version, demand_of(visit), visit)

    def page(self, name: str, **answers: str) -> str:
        """The address of one of this errand's pages: when, day, time, keep or check."""
        if self.visit is not None:
            address = reverse(f"elder:move_{name}", args=[self.visit.public_id])
        else:
            address = reverse(f"elder:book_{name}")
            who = str(self.person.customer.public_id)
            answers = {"for": who, "service": self.version.service.code, **answers}
        return f"{address}?{urlencode(answers)}" if answers else address

    def days(self, only: date | None = None) -> list["OpenDay"]:
        """The days ahead with what is open on them, each window proven at this moment."""
        thought_away = holds_of(self.person.customer)
        if self.visit is not None:
            thought_away += [member.commitment_id for member in self.visit.team.all()]
        found = open_windows(
            self.person.customer.branch,
            self.demand,
            None if only is None else [only],
            without=thought_away,
        )
        return [
            OpenDay(answer.date, [w for w in answer.windows if not self._is_now(w)])
            for answer in found
        ]

    def _is_now(self, window: OpenWindow) -> bool:
        return self.visit is not None and window.start == self.visit.window.lower


@dataclass(frozen=True)
class OpenDay:
    """One day and its open windows, in order."""

    date: date
    windows: list[OpenWindow]


def best(days: list[OpenDay], limit: int = 3) -> list[OpenWindow]:
    """The next good windows to offer: the first of each half day, so that there is a choice."""
    chosen: dict[tuple[date, bool], OpenWindow] = {}
    for window in (window for day in days for window in day.windows):
        start = timezone.localtime(window.start)
        chosen.setdefault((start.date(), start.hour < 12), window)
        if len(chosen) == limit:
            break
    return list(chosen.values())


def asked_day(request: HttpRequest) -> date | None:
    """The day that the address names, or None."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def asked_window(request: HttpRequest) -> datetime | None:
    """The start of the window that the address or the form names; None when it names none."""
    try:
        return window_start(request.POST.get("window") or request.GET.get("window", ""))
    except InvalidInput:
        return None
