"""The errand of a home visit: whom, what for, and which windows can be kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.availability import (
    Demand,
    OpenWindow,
    days_ahead,
    days_to_move,
    demand_for,
    demand_of,
    open_windows,
)
from appointments.holds import hold_window, holds_of
from appointments.models import HomeVisit
from eldercare.models import ServiceVersion
from foundation.errors import Words
from web.elder.asking import OpenDay, Slot
from web.elder.caller import Person
from web.templatetags.spoken import spoken_hours


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

    @property
    def question(self) -> Words:
        return _("When shall we come?")

    @property
    def promise(self) -> Words:
        return _("These times are certain: two of our people are free and can be at your door.")

    @property
    def steps(self) -> str:
        return "" if self.visit else "1234"

    @property
    def ahead(self) -> list[date]:
        return days_to_move(self.visit) if self.visit else days_ahead()

    @property
    def wait(self) -> str:
        return "" if self.visit else self.page("wait")

    def page(self, name: str, **answers: str) -> str:
        if self.visit is not None:
            address = reverse(f"elder:move_{name}", args=[self.visit.public_id])
        else:
            address = reverse(f"elder:book_{name}")
            who = str(self.person.customer.public_id)
            answers = {"for": who, "service": self.version.service.code, **answers}
        return f"{address}?{urlencode(answers)}" if answers else address

    def days(self, only: date | None = None) -> list[OpenDay]:
        thought_away = holds_of(self.person.customer)
        if self.visit is not None:
            thought_away += [member.commitment_id for member in self.visit.team.all()]
        found = open_windows(
            self.person.customer.branch,
            self.demand,
            self.ahead if only is None else [only],
            without=thought_away,
        )
        return [
            OpenDay(answer.date, [slot_of(w) for w in answer.windows if not self._is_now(w)])
            for answer in found
        ]

    def keep(self, start: datetime) -> None:
        """Hold the window for this customer; a visit that is moved keeps its old one instead.

        Raises:
            WindowTaken: somebody was quicker.
        """
        if self.visit is None:
            hold_window(customer=self.person.customer, version=self.version, window_start=start)

    def _is_now(self, window: OpenWindow) -> bool:
        return self.visit is not None and window.start == self.visit.window.lower


def slot_of(window: OpenWindow) -> Slot:
    """A proven window as a page shows it."""
    return Slot(window.start, spoken_hours(window.start, window.end), window.value)
