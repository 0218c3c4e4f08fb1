"""Holds: a window is kept for somebody while their form is open.

A hold is two rows in the same constraint as every promise, with an owner and an expiry. The owner
is the customer, so that nobody can hold more than one window; a booking for that customer takes the
hold over in place, and an expired hold is taken over by whoever needs the time. As long as it is
kept it guards all that the visit would take, the journey onward from its door too: what is held
cannot be lost to another booking.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from appointments.availability import (
    OpenWindow,
    WindowTaken,
    demand_for,
    next_windows,
    prove_window,
    visit_staff,
)
from appointments.reach import serving_branches
from branches import commitments
from branches.locks import staff_locked
from branches.models import Branch, Commitment, CommitmentKind
from eldercare.models import Customer, ServiceVersion
from foundation import clock
from foundation.locks import locking


@dataclass(frozen=True)
class Hold:
    """What is kept, and until when."""

    window: OpenWindow
    expires_at: datetime


def hold_window(
    *,
    customer: Customer,
    version: ServiceVersion,
    window_start: datetime,
    keep_for: timedelta | None = None,
) -> Hold:
    """Keep a window for this customer, ``NUANBAN_HOLD_MINUTES`` unless told otherwise.

    What was held before is let go.

    Raises:
        WindowTaken: it cannot be kept now; what was held before stays held.
        CustomerUnplaced: we do not know where to go.
        Busy: the lock could not be had in time.
    """
    demand = demand_for(customer, version)
    for branch in serving_branches(customer.branch, demand.door):
        with team_locking(branch, customer):
            proof = prove_window(branch, demand, window_start, without=holds_of(customer))
            if proof is not None:
                let_go(customer)
                return _hold(customer, proof, keep_for)
    raise WindowTaken(next_windows(customer.branch, demand, near=window_start))


def holds_of(customer: Customer) -> list[int]:
    """The commitments that are held for this customer: to be thought away when asking for them."""
    return list(
        Commitment.objects.live().filter(hold_owner=_owner(customer)).values_list("pk", flat=True)
    )


@contextmanager
def team_locking(branch: Branch, customer: Customer, also: Iterable[int] = ()) -> Iterator[None]:
    """One transaction under the locks of everybody whose time a booking may touch.

    These are the branch's visit staff, those who are held for this customer, and ``also``. Expired
    holds of all of them are gone when the block begins.

    Raises:
        Busy: the locks could not be had in time.
    """
    held = Commitment.objects.filter(pk__in=holds_of(customer)).values_list("staff", flat=True)
    people = {*also, *held, *(person.pk for person in visit_staff(branch))}
    with locking():
        staff_locked(people)
        commitments.release_expired_holds(people)
        yield


def let_go(customer: Customer) -> None:
    """Give back what is held for this customer. Runs inside :func:`team_locking`."""
    mine = Commitment.objects.live().filter(hold_owner=_owner(customer))
    for hold in mine.select_related("staff__branch"):
        commitments.release(hold)


def sweep_expired() -> int:
    """Release every expired hold; how many people's time that was."""
    people = set(Commitment.objects.expired_holds().values_list("staff", flat=True))
    for person in sorted(people):
        with locking():
            staff_locked([person])
            commitments.release_expired_holds([person])
    return len(people)


def _owner(customer: Customer) -> str:
    return f"customer:{customer.public_id}"


def _hold(customer: Customer, proof: OpenWindow, keep_for: timedelta | None) -> Hold:
    expires_at = clock.now() + (keep_for or timedelta(minutes=settings.NUANBAN_HOLD_MINUTES))
    team_day = proof.team_day
    for leg in proof.offer.legs:
        if leg.shift is not None:
            commitments.set_out_at(leg.shift.key, team_day.moment(leg.shift.departs))
        commitments.promise(
            staff=team_day.staff[leg.person],
            kind=CommitmentKind.HOLD,
            start=team_day.moment(leg.departs),
            end=team_day.moment(leg.ends),
            place=team_day.door_place,
            arrives_at=team_day.moment(leg.arrives),
            hold=commitments.HoldTerms(_owner(customer), expires_at),
        )
    return Hold(proof, expires_at)
