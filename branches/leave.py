"""Leave: asked for, approved by somebody else, and never at the cost of a promise.

Pages ask CHANGE_ROSTER of whoever approves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches import commitments
from branches.cover import Gap, cover_gaps, new_gaps
from branches.locks import leave_locked, staff_locked
from branches.models import Commitment, CommitmentKind, Leave, LeaveEvent, Staff
from branches.promises import BreaksPromises, promised_by
from branches.queries import Span, local_moment
from branches.states import LEAVE_MOVES, LeaveStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, NotAllowed
from foundation.locks import locking

EXCLUSION_VIOLATION = "23P01"
LONGEST = timedelta(days=400)


class LeaveOverlaps(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("There is leave on one of these days already.")


@dataclass(frozen=True)
class Consequences:
    """What approving a leave would do, to be shown before anybody decides."""

    promises: Sequence[Commitment]
    gaps: Sequence[Gap]


def ask(*, staff: Staff, first: date, last: date, actor: User, words: str = "") -> Leave:
    """Ask for leave from ``first`` to ``last``, both included.

    Raises:
        LeaveOverlaps, InvalidInput.
    """
    check_days(first, last)
    with locking():
        try:
            with transaction.atomic():
                row = Leave.objects.create(
                    staff=staff, first=first, last=last, asked_by=actor, words=words.strip()[:300]
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != EXCLUSION_VIOLATION:
                raise
            raise LeaveOverlaps from error
        _record(row, "", actor, row.words)
    return row


def check_days(first: date, last: date) -> None:
    """Raises: InvalidInput: for days that have passed, or in the wrong order, or too far ahead."""
    today = clock.today()
    if not today <= first <= last or last > today + LONGEST:
        raise InvalidInput(fields={"first": _("From a day to come until a later one, please.")})


def consequences(leave: Leave) -> Consequences:
    """The promises that this leave would break, and the gaps on the floor that it would open."""
    branch = leave.staff.branch
    span = span_of(leave)
    already = cover_gaps([branch], leave.first, leave.last)
    then = cover_gaps([branch], leave.first, leave.last, without={leave.staff_id: span})
    return Consequences(_broken(leave), new_gaps(already, then))


def approve(*, leave: Leave, actor: User, words: str = "") -> Leave:
    """The time is theirs, and nobody can book it.

    Raises:
        BreaksPromises: until each promise is re-staffed or moved; nothing changes.
        NotAllowed: one's own leave.
        MoveRefused.
    """
    with locking():
        (person,) = staff_locked([leave.staff_id])
        row = leave_locked(leave.pk)
        LEAVE_MOVES.check(row.status, LeaveStatus.APPROVED)
        if person.user_id == actor.pk:
            raise NotAllowed(_("Nobody approves their own leave."))
        broken = _broken(row)
        if broken:
            raise BreaksPromises(broken)
        # A form that is open somewhere gives way to leave that is granted.
        _free_holds(row)
        start, end = span_of(row)
        row.commitment = commitments.promise(
            staff=person, kind=CommitmentKind.LEAVE, start=start, end=end
        )
        _move(row, LeaveStatus.APPROVED, actor, words)
    return row


def decline(*, leave: Leave, reason: str, actor: User) -> Leave:
    """Not this time, and why.

    Raises:
        InvalidInput, MoveRefused.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    with locking():
        row = leave_locked(leave.pk)
        _move(row, LeaveStatus.DECLINED, actor, reason)
    return row


def cancel(*, leave: Leave, actor: User, reason: str = "") -> Leave:
    """They will be here after all; approved time is free again.

    Raises:
        MoveRefused.
    """
    with locking():
        staff_locked([leave.staff_id])
        row = leave_locked(leave.pk)
        _move(row, LeaveStatus.CANCELLED, actor, reason)
        if row.commitment is not None:
            commitments.release(row.commitment)
    return row


def span_of(leave: Leave) -> Span:
    """From the first midnight to the last, in the branches' zone."""
    midnight = time(0)
    return (
        local_moment(leave.first, midnight),
        local_moment(leave.last + timedelta(days=1), midnight),
    )


def _broken(leave: Leave) -> list[Commitment]:
    return list(promised_by([leave.staff]).filter(span__overlap=span_of(leave)))


def _free_holds(leave: Leave) -> None:
    holds = Commitment.objects.live().filter(
        staff=leave.staff_id, kind=CommitmentKind.HOLD, span__overlap=span_of(leave)
    )
    for hold in holds:
        commitments.release(hold)


def _move(row: Leave, to: LeaveStatus, actor: User, why: str) -> None:
    before = row.status
    LEAVE_MOVES.check(before, to)
    row.status = to
    row.save(update_fields=["status", "commitment"])
    _record(row, before, actor, why)


def _record(row: Leave, before: str, actor: User, why: str) -> None:
    LeaveEvent.objects.create(
        leave=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=why.strip()[:300],
    )
