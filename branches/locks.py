"""The only place in this app that says FOR UPDATE. Always in order of primary key."""

from collections.abc import Iterable

from branches.models import (
    Branch,
    Demonstration,
    Facility,
    FacilityFault,
    Leave,
    Staff,
    StockItem,
    StockLevel,
    StockRequest,
    SwapRequest,
)


def staff_locked(pks: Iterable[int]) -> list[Staff]:
    """These people, locked: whoever holds them decides about their time."""
    return list(
        Staff.objects.filter(pk__in=list(pks)).select_for_update(of=("self",)).order_by("pk")
    )


def branch_locked(pk: int) -> Branch:
    """One branch, locked and fresh."""
    return Branch.objects.select_for_update(of=("self",)).get(pk=pk)


def fault_locked(pk: int) -> FacilityFault:
    """One fault, locked and fresh."""
    return FacilityFault.objects.select_for_update(of=("self",)).get(pk=pk)


def facility_locked(pk: int) -> Facility:
    """One facility, locked and fresh."""
    return Facility.objects.select_for_update(of=("self",)).get(pk=pk)


def demonstration_locked(pk: int) -> Demonstration:
    """One candidacy for the sign, locked and fresh."""
    return Demonstration.objects.select_for_update(of=("self",)).get(pk=pk)


def level_locked(branch: Branch, item: StockItem) -> StockLevel | None:
    """A branch's level of one item, locked and fresh; None when nothing was ever there.

    Whoever takes something off the shelf holds it: levels before batches, always.
    """
    return (
        StockLevel.objects.filter(branch=branch, item=item)
        .select_for_update(of=("self",))
        .order_by("pk")
        .first()
    )


def request_locked(pk: int) -> StockRequest:
    """One request for stock, locked and fresh."""
    return StockRequest.objects.select_for_update(of=("self",)).get(pk=pk)


def leave_locked(pk: int) -> Leave:
    """One leave, locked and fresh; its person is locked before it."""
    return Leave.objects.select_for_update(of=("self",)).get(pk=pk)


def swap_locked(pk: int) -> SwapRequest:
    """One swap that is asked for, locked and fresh; its people are locked before it."""
    return SwapRequest.objects.select_for_update(of=("self",)).get(pk=pk)
