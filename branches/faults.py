"""Facilities found broken: reported in two taps, followed to the repair."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.facilities import change_state
from branches.locks import facility_locked, fault_locked
from branches.models import Facility, FacilityFault, FaultEvent, PhotoOf
from branches.models.facility import FacilityState
from branches.photos import cleaned_photo, keep_photo
from branches.states import FAULT_MOVES, FaultStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"
# What a facility may be when its fault is closed: repaired well, for now, or not worth it.
AFTERWARDS = (FacilityState.FIT, FacilityState.NEEDS_CARE, FacilityState.OUT_OF_USE)


class FaultAlreadyOpen(DomainError):
    code = ErrorCode.FAULT_ALREADY_OPEN
    http_status = 409
    default_message = _("This has been reported already and is being seen to. Thank you.")


def report_fault(
    *, facility: Facility, words: str, actor: User, photo: bytes | None = None
) -> FacilityFault:
    """Report a facility as broken and take it out of use.

    Raises:
        FaultAlreadyOpen: when somebody has reported it and it is not repaired yet.
        InvalidInput: what was sent is not a photo.
    """
    picture = cleaned_photo(photo)
    with locking():
        try:
            with transaction.atomic():
                fault = FacilityFault.objects.create(
                    facility=facility, words=words.strip()[:300], reported_by=actor
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise FaultAlreadyOpen from error
        fault.photo = keep_photo(picture, branch=facility.branch, of=PhotoOf.FACILITY, actor=actor)
        fault.save(update_fields=["photo"])
        change_state(facility_locked(facility.pk), FacilityState.OUT_OF_USE, actor, fault.words)
        FaultEvent.objects.create(
            fault=fault, actor=actor, to_status=FaultStatus.REPORTED, reason=fault.words
        )
    return fault


def close_fault(
    *,
    fault: FacilityFault,
    to: FaultStatus,
    reason: str,
    actor: User,
    state: FacilityState = FacilityState.FIT,
    photo: bytes | None = None,
) -> FacilityFault:
    """Close a fault as repaired, or as reported by mistake, and say in what ``state`` it leaves
    the facility: a repair may hold for now only, or show that nothing can be done.

    Raises:
        MoveRefused: when it is closed already.
        InvalidInput: a state in which no closed fault can leave it, or what is no photo.
    """
    if state not in AFTERWARDS:
        raise InvalidInput(fields={"state": _("Please say in what state it is now.")})
    picture = cleaned_photo(photo)
    with locking():
        row = fault_locked(fault.pk)
        FAULT_MOVES.check(row.status, to)
        before = row.status
        facility = facility_locked(row.facility_id)
        row.status = to
        row.closed_at = clock.now()
        row.repair_photo = keep_photo(
            picture, branch=facility.branch, of=PhotoOf.FACILITY, actor=actor
        )
        row.save(update_fields=["status", "closed_at", "repair_photo"])
        change_state(facility, state, actor, reason)
        FaultEvent.objects.create(
            fault=row,
            actor=actor,
            from_status=before,
            to_status=to,
            reason=reason.strip()[:300],
            snapshot={"state": state},
        )
    return row
