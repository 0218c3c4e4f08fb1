"""Visits that return each month: when they are meant to be, which stand, and what is open instead.

Read afresh from what is booked, so that a reload or a look a day later is right as well.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import cached_property

from appointments.availability import days_ahead, demand_for, open_windows
from appointments.models import HomeVisit
from appointments.queries import visits_of_customers
from appointments.recurring import MOST_TIMES, Unkept, occurrences
from eldercare.models import Customer, ServiceVersion

FEWEST_TIMES = 2
NEAREST = 3


@dataclass(frozen=True)
class Plan:
    """So many visits, one each month, at ``first``'s hour and day of the month."""

    customer: Customer
    version: ServiceVersion
    first: datetime
    times: int

    @cached_property
    def starts(self) -> list[datetime]:
        """When each is meant to begin; closed days give way to the next open one."""
        return occurrences(self.customer.branch, self.first, self.times, 1)

    @cached_property
    def visits(self) -> list[HomeVisit]:
        """Those that stand."""
        rows = visits_of_customers([self.customer.pk]).live()
        rows = rows.filter(service_version__service=self.version.service)
        return [visit for visit in rows if visit.window.lower in self.starts]

    @cached_property
    def unkept(self) -> list[Unkept]:
        """Those that do not, each with the nearest times that are open on its day."""
        standing = {visit.window.lower for visit in self.visits}
        return [self._without(start) for start in self.starts if start not in standing]

    def _without(self, start: datetime) -> Unkept:
        day = timezone.localdate(start)
        # Only what can be booked today is offered; a later month is for the phone.
        if day not in days_ahead():
            return Unkept(start, ())
        demand = demand_for(self.customer, self.version)
        [answer] = open_windows(self.customer.branch, demand, [day])
        nearest = sorted(answer.windows, key=lambda window: abs(window.start - start))
        return Unkept(start, tuple(nearest[:NEAREST]))


def asked_times(text: str) -> int | None:
    """How many visits were asked for; None when that is no number we can promise."""
    known = {str(n): n for n in range(FEWEST_TIMES, MOST_TIMES + 1)}
    return known.get(text)
