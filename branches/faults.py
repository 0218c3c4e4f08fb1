"""Facilities found broken: reported in two taps, followed to the repair."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.facilities import change_state
from branches.locks import facility_locked, fault_locked
from branches.models import Facility, FacilityFault, FaultEvent
from branches.models.facility import FacilityState
from branches.states import FAULT_MOVES, FaultStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"


class FaultAlreadyOpen(DomainError):
    code = ErrorCode.FAULT_ALREADY_OPEN
    http_status = 409
    default_message = _("This has been reported already and is being seen to. Thank you.")


def report_fault(*, facility: Facility, words: str, actor: User) -> FacilityFault:
    """Report a facility as broken and take it out of use.

    Raises:
        FaultAlreadyOpen: when somebody has reported it and it is not repaired yet.
    """
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
        change_state(facility_locked(facility.pk), FacilityState.OUT_OF_USE, actor, fault.words)
        FaultEvent.objects.create(
            fault=fault, actor=actor, to_status=FaultStatus.REPORTED, reason=fault.words
        )
    return fault


def close_fault(
    *, fault: FacilityFault, to: FaultStatus, reason: str, actor: User
) -> FacilityFault:
    """Close a fault as repaired, or as reported by mistake, and put the facility back into use.

    Raises:
        MoveRefused: when it is closed already.
    """
    with locking():
        row = fault_locked(fault.pk)
        FAULT_MOVES.check(row.status, to)
        before = row.status
        row.status = to
        row.closed_at = clock.now()
        row.save(update_fields=["status", "closed_at"])
        change_state(facility_locked(row.facility_id), FacilityState.FIT, actor, reason)
        FaultEvent.objects.create(
            fault=row,
            actor=actor,
            from_status=before,
            to_status=to,
            reason=reason.strip()[:300],
        )
    return row
