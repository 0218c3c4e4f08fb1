"""Branches as customers see them: when they are open, where, how far, and where one may sit."""

from dataclasses import dataclass
from datetime import time

from branches.calendar import BranchCalendar
from branches.models import Branch
from branches.models.branch import BranchKind
from branches.queries import open_to_customers
from eldercare.models import Customer
from foundation import clock
from foundation.geography import kilometres


@dataclass(frozen=True)
class Place:
    """One branch: ``hours`` of today (None when closed), ``seats``, kilometres from home."""

    branch: Branch
    hours: tuple[time, time] | None
    seats: int
    kilometres: float | None

    @property
    def is_demonstration(self) -> bool:
        return bool(self.branch.kind == BranchKind.DEMONSTRATION)


def places(near: Customer | None = None) -> list[Place]:
    """Every branch that is open to customers; the nearest first when we know from where."""
    branches = list(open_to_customers())
    today = clock.today()
    calendar = BranchCalendar(branches, today, today)
    found = [
        Place(
            branch,
            calendar.day(branch, today).hours,
            getattr(branch, "seats", None) or 0,
            _distance(near, branch),
        )
        for branch in branches
    ]
    return sorted(found, key=lambda place: place.kilometres or 0)


def _distance(customer: Customer | None, branch: Branch) -> float | None:
    if customer is None or customer.latitude is None or customer.longitude is None:
        return None
    home = (customer.latitude, customer.longitude)
    return kilometres(home, (branch.latitude, branch.longitude))
