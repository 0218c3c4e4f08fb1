"""What a branch has: registered once, and looked at again and again."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches import timetable
from branches.locks import facility_locked
from branches.models import (
    Branch,
    Facility,
    FacilityEvent,
    FacilityFault,
    FacilitySighting,
    FacilityType,
    PhotoOf,
)
from branches.models.facility import FacilityState
from branches.photos import cleaned_photo, keep_photo
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking


@dataclass(frozen=True)
class Look:
    """What somebody saw. ``measured`` is in the unit of the facility's type.

    None leaves what is on record as it is.
    """

    state: FacilityState
    quantity: int | None = None
    measured: Decimal | None = None
    expires_on: date | None = None
    stands_at: str | None = None
    words: str = ""


class FaultStillOpen(DomainError):
    """What is reported as broken is not fit until the fault is closed."""

    code = ErrorCode.FAULT_ALREADY_OPEN
    http_status = 409
    default_message = _("A fault of it is still open. Please close the fault first.")


def register_facility(
    *, branch: Branch, type_: FacilityType, quantity: int, stands_at: str = ""
) -> Facility:
    """The branch's line of this type, made when it is missing. The page checks CHANGE_BRANCH.

    Raises:
        InvalidInput: for a quantity below nothing.
    """
    _check_quantity(quantity)
    facility, created = Facility.objects.get_or_create(
        branch=branch, type=type_, defaults={"quantity": quantity, "stands_at": stands_at[:100]}
    )
    if not created and stands_at and facility.stands_at != stands_at[:100]:
        facility.stands_at = stands_at[:100]
        facility.save(update_fields=["stands_at"])
    return facility


def see(
    *, key: str, facility: Facility, look: Look, actor: User, photo: bytes | None = None
) -> FacilitySighting:
    """Put on record that somebody looked, and bring the register up to what they saw.

    The same ``key`` again gives the look that was recorded first. Pages ask CHANGE_BRANCH.

    Raises:
        FaultStillOpen: seen as fit while a fault is open.
        InvalidInput: a size for something without size, a quantity below nothing, not a photo.
    """
    picture = cleaned_photo(photo)
    with locking():
        row = facility_locked(facility.pk)
        earlier = FacilitySighting.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
        _check(row, look)
        now = clock.now()
        kept = keep_photo(picture, branch=row.branch, of=PhotoOf.FACILITY, actor=actor)
        row.photo = kept or row.photo
        _bring_up_to(row, look, actor, now)
        timetable.lay_out_facility(row)
        return FacilitySighting.objects.create(
            key=key,
            facility=row,
            photo=kept,
            at=now,
            by=actor,
            quantity=row.quantity,
            state=look.state,
            measured=look.measured,
            expires_on=look.expires_on,
            stands_at=row.stands_at,
            words=look.words.strip()[:300],
        )


def change_state(row: Facility, to: FacilityState, actor: User | None, reason: str) -> None:
    """Change the state of a facility that is locked, and put it on record. No change, no line."""
    before = row.state
    if before == to:
        return
    row.state = to
    row.save(update_fields=["state"])
    FacilityEvent.objects.create(
        facility=row, actor=actor, from_status=before, to_status=to, reason=reason.strip()[:300]
    )


def _check(row: Facility, look: Look) -> None:
    if look.quantity is not None:
        _check_quantity(look.quantity)
    if look.measured is not None and not row.type.is_measured:
        raise InvalidInput(fields={"measured": _("Nothing is measured of this.")})
    if look.measured is not None and look.measured <= 0:
        raise InvalidInput(fields={"measured": _("A size is more than nothing.")})
    fault_open = FacilityFault.objects.open().filter(facility=row).exists()
    if look.state == FacilityState.FIT and fault_open:
        raise FaultStillOpen


def _bring_up_to(row: Facility, look: Look, actor: User, now: datetime) -> None:
    change_state(row, look.state, actor, look.words)
    row.last_seen_at, row.last_seen_by = now, actor
    if look.quantity is not None:
        row.quantity = look.quantity
    if look.measured is not None:
        row.measured = look.measured
    if look.expires_on is not None:
        row.expires_on = look.expires_on
    if look.stands_at is not None:
        row.stands_at = look.stands_at.strip()[:100]
    row.save()


def _check_quantity(quantity: int) -> None:
    if not 0 <= quantity <= 9999:
        raise InvalidInput(fields={"quantity": _("A number from 0 to 9999, please.")})
