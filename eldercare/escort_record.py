"""What happens along the way of an escort: steps, things that are lent, and how it was."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.locks import facility_locked
from branches.models import Facility
from branches.models.facility import FacilityState
from eldercare.locks import escort_locked
from eldercare.models import Escort, EscortStep, Loan
from eldercare.models.escort import Face
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking


class NoneLeft(DomainError):
    code = ErrorCode.STOCK_SHORT
    http_status = 409
    default_message = _("All of these are lent out or not fit for use. Please look for another.")


class StillLent(DomainError):
    """Something that was lent is not back. ``data`` names what."""

    code = ErrorCode.STILL_LENT
    http_status = 409
    default_message = _("Something that was lent is not back yet. Please note it as back first.")


def tick(*, escort: Escort, number: int, actor: User, at: datetime | None = None) -> EscortStep:
    """One step of the service's checklist was gone through; twice is once.

    ``at``: when, if it was noted later.

    Raises:
        MoveRefused: nobody is at this person's side.
        InvalidInput: the service has no such step (the first is 1).
    """
    with locking():
        row = _at_their_side(escort)
        steps = row.service_version.steps
        if not 1 <= number <= len(steps):
            raise InvalidInput(_("This business has no such step."), data={"steps": len(steps)})
        step, _created = EscortStep.objects.get_or_create(
            escort=row,
            number=number,
            defaults={"words": steps[number - 1][:200], "by": actor, "at": at or clock.now()},
        )
    return step


def lend(*, escort: Escort, facility: Facility) -> Loan:
    """A wheelchair, glasses, an umbrella goes along; twice is once.

    Raises:
        MoveRefused: this person is not in the lobby.
        InvalidInput: it stands in another branch, or is nothing that one lends.
        NoneLeft: all are lent out already, or not fit for use.
    """
    with locking():
        row = _here(escort)
        thing = facility_locked(facility.pk)
        if thing.branch_id != row.branch_id or not thing.type.is_lent:
            raise InvalidInput(_("This cannot be lent here. Please choose from the list."))
        out = Loan.objects.out().filter(facility=thing)
        mine = out.filter(escort=row).first()
        if mine is not None:
            return mine
        if thing.state != FacilityState.FIT or out.count() >= thing.quantity:
            raise NoneLeft
        return Loan.objects.create(escort=row, facility=thing)


def take_back(*, loan: Loan) -> Loan:
    """It is back where it stands; twice is once."""
    with locking():
        facility_locked(loan.facility_id)
        loan.refresh_from_db()
        if loan.returned_at is None:
            loan.returned_at = max(clock.now(), loan.lent_at)
            loan.save(update_fields=["returned_at"])
    return loan


def say_how_it_was(*, escort: Escort, face: Face) -> Escort:
    """The customer touches one of three faces; another touch takes its place.

    Raises:
        MoveRefused: nobody has been at their side yet.
    """
    with locking():
        row = escort_locked(escort.pk)
        if row.status not in {EscortStatus.ACCOMPANIED, EscortStatus.DONE}:
            raise MoveRefused
        row.how_it_was = face
        row.save(update_fields=["how_it_was"])
    return row


def check_all_back(escort: Escort) -> None:
    """Whoever is done has given back what was lent.

    Raises:
        StillLent: something is out.
    """
    out = list(escort.loans.out().select_related("facility__type"))
    if out:
        raise StillLent(data={"lent": [str(loan.facility) for loan in out]})


def _here(escort: Escort) -> Escort:
    row = escort_locked(escort.pk)
    if row.status not in {EscortStatus.WAITING, EscortStatus.ACCOMPANIED}:
        raise MoveRefused
    return row


def _at_their_side(escort: Escort) -> Escort:
    row = escort_locked(escort.pk)
    if row.status != EscortStatus.ACCOMPANIED:
        raise MoveRefused
    return row
