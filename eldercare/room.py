"""What room a lobby has left: seats for those who wait, and what can still be lent."""

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Count, Q, QuerySet
from django_stubs_ext import WithAnnotations

from branches.models import Branch, Facility
from branches.models.facility import FacilityState
from branches.queries import LOVE_SEAT
from eldercare.models import Customer, Escort
from eldercare.states import EscortStatus
from foundation.geography import kilometres

WHEELCHAIR = "wheelchair"


class Lent(TypedDict):
    lent: int


@dataclass(frozen=True)
class Room:
    """How many are left; never below zero, whatever was counted wrongly."""

    seats: int
    wheelchairs: int


def room_of(branch: Branch, waiting: int) -> Room:
    """Love seats while each who waits takes one, and wheelchairs that are not lent: one query."""
    rows = _things_of(branch).filter(type__code__in=[LOVE_SEAT, WHEELCHAIR])
    left = {row.type.code: row.quantity - row.lent for row in rows}
    return Room(
        seats=max(0, left.get(LOVE_SEAT, 0) - waiting),
        wheelchairs=max(0, left.get(WHEELCHAIR, 0)),
    )


def room_now(branch: Branch) -> Room:
    """What is left just now, by the escort board: two queries."""
    waiting = Escort.objects.filter(branch=branch, status=EscortStatus.WAITING).count()
    return room_of(branch, waiting)


@dataclass(frozen=True)
class Near:
    """A branch that can take somebody in: how far it is in a straight line, and its free seats."""

    branch: Branch
    km: float | None
    seats: int


def nearest_with_seats(customer: Customer, most: int = 3) -> list[Near]:
    """Branches of the customer's region with a love seat free now, the nearest first.

    Without a known place the customer's own branch stands first.
    """
    branches = Branch.objects.filter(region=customer.branch.region_id, is_active=True)
    rows = Escort.objects.filter(branch__in=branches, status=EscortStatus.WAITING).order_by()
    waiting = dict(rows.values_list("branch").annotate(Count("pk")))
    found = []
    for branch in branches:
        km = None
        if customer.latitude is not None and customer.longitude is not None:
            home = (customer.latitude, customer.longitude)
            km = kilometres(home, (branch.latitude, branch.longitude))
        found.append((km or 0.0, branch != customer.branch, branch.code, branch, km))
    near = []
    for *_order, branch, km in sorted(found, key=lambda one: one[:3]):
        seats = room_of(branch, waiting.get(branch.pk, 0)).seats
        if seats:
            near.append(Near(branch, km, seats))
        if len(near) == most:
            break
    return near


def lendable(branch: Branch) -> list[tuple[Facility, int]]:
    """What may be lent here, each with how many are left."""
    rows = _things_of(branch).filter(type__is_lent=True)
    return [(row, max(0, row.quantity - row.lent)) for row in rows]


def _things_of(branch: Branch) -> "QuerySet[WithAnnotations[Facility, Lent]]":
    """A branch's facilities that are fit for use, each with how many of it are ``lent``."""
    return (
        Facility.objects.filter(branch=branch, state=FacilityState.FIT)
        .select_related("type")
        .annotate(lent=Count("loans", filter=Q(loans__returned_at__isnull=True)))
        .order_by("type__position", "pk")
    )
