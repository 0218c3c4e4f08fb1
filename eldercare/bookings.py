"""An escort that was booked: noted, checked in at the door, cancelled, or not come.

Which times can be kept is for ``appointments`` to prove; here is what becomes of the promise.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from branches import commitments
from branches.models import Branch, Commitment, Staff
from eldercare import timetable
from eldercare.escorts import THEMSELVES, change_status, record
from eldercare.locks import escort_locked
from eldercare.models import Customer, Escort, Representative, ServiceVersion
from eldercare.states import EscortStatus
from foundation import clock
from foundation.locks import locking


@dataclass(frozen=True)
class Booking:
    """What was agreed: who comes where, when, for what, and who will be at their side."""

    customer: Customer
    branch: Branch
    version: ServiceVersion
    time: datetime
    assistant: Staff
    commitment: Commitment


def note_booking(
    booking: Booking,
    *,
    key: str,
    asked_by: str,
    user: User | None = None,
    representative: Representative | None = None,
) -> Escort:
    """Write a booking down. The caller has proven it and holds the assistant's lock."""
    escort = Escort.objects.create(
        client_key=key,
        branch=booking.branch,
        customer=booking.customer,
        representative=representative,
        service_version=booking.version,
        needs=booking.customer.needs,
        status=EscortStatus.BOOKED,
        booked_for=booking.time,
        arrived_at=booking.time,
        assistant=booking.assistant,
        commitment=booking.commitment,
    )
    record(escort, "", user, kind=asked_by)
    return escort


def check_in(*, escort: Escort, actor: User | None) -> Escort:
    """They have come: from now on they wait, whatever time was booked.

    Without an ``actor`` they said so themselves, at the door.

    Raises:
        MoveRefused: they have been checked in already, or the booking was cancelled.
    """
    with locking():
        row = escort_locked(escort.pk)
        row.arrived_at = clock.now()
        kind = "staff" if actor else THEMSELVES
        change_status(row, EscortStatus.WAITING, actor, kind=kind)
        timetable.watch_over(row)
    return row


def given_to(
    escort: Escort, *, assistant: Staff, commitment: Commitment, reason: str, actor: User
) -> None:
    """A colleague will be at their side instead. The caller has proven it and holds the locks."""
    escort.assistant, escort.commitment = assistant, commitment
    escort.save(update_fields=["assistant", "commitment"])
    record(escort, escort.status, actor, reason=reason)


def cancelled(escort: Escort, *, asked_by: str, user: User | None = None, reason: str = "") -> None:
    """Cancelled in time: the assistant's time is free again. The caller holds the row's lock.

    Raises:
        MoveRefused: they are here already, or it has ended.
    """
    change_status(escort, EscortStatus.CANCELLED, user, kind=asked_by, reason=reason)
    _give_back(escort)


def did_not_come(escort: Escort) -> None:
    """The booked time has gone by and nobody came. The caller holds the row's lock."""
    change_status(escort, EscortStatus.NO_SHOW, None, kind="system")
    _give_back(escort)


def _give_back(row: Escort) -> None:
    if row.commitment is not None:
        commitments.release(row.commitment)
