"""Branches as customers see them: when they are open, where, how far, and where one may sit."""

from collections.abc import Iterable, Sequence
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


def places(near: Customer | None = None, rows: Sequence[Branch] | None = None) -> list[Place]:
    """Every branch that is open to customers (or only ``rows``, in their order).

    The nearest first when we know from where.
    """
    branches = in_order(open_to_customers(), near) if rows is None else rows
    today = clock.today()
    calendar = BranchCalendar(branches, today, today)
    return [
        Place(
            branch,
            calendar.day(branch, today).hours,
            getattr(branch, "seats", None) or 0,
            distance(near, branch),
        )
        for branch in branches
    ]


def in_order(rows: Iterable[Branch], near: Customer | None) -> list[Branch]:
    """The nearest first when we know from where; else as they come."""
    return sorted(rows, key=lambda branch: distance(near, branch) or 0)


def distance(customer: Customer | None, branch: Branch) -> float | None:
    """Kilometres from home in a straight line; None when we do not know from where."""
    if customer is None or customer.latitude is None or customer.longitude is None:
        return None
    home = (customer.latitude, customer.longitude)
    return kilometres(home, (branch.latitude, branch.longitude))
