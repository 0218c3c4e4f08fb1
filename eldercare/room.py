"""What room a lobby has left: seats for those who wait, and what can still be lent."""

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Count, Q, QuerySet
from django_stubs_ext import WithAnnotations

from branches.models import Branch, Facility
from branches.models.facility import FacilityState
from branches.queries import LOVE_SEAT

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
