"""The sign of a demonstration branch: applied for, granted, suspended, withdrawn; by whom and why.

Pages ask CHANGE_BRANCH of whoever applies and SUSPEND_BRANCH of whoever decides.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, may
from branches.locks import demonstration_locked
from branches.models import Branch, Demonstration, DemonstrationEvent
from branches.models.branch import BranchKind
from branches.states import DEMONSTRATION_MOVES, DemonstrationStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused, NotAllowed
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"
S = DemonstrationStatus


class AlreadyCandidate(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("This branch has the sign already, or has applied for it.")


def apply(*, branch: Branch, reason: str, actor: User) -> Demonstration:
    """A branch applies for the sign.

    Raises:
        AlreadyCandidate: it has it, or has applied.
        InvalidInput: without a reason.
    """
    words = _reason(reason)
    with locking():
        row = _create(branch, S.APPLIED, actor)
        _record(row, "", actor, words)
    return row


def register_granted(*, branch: Branch, on: date, reason: str, actor: User) -> Demonstration:
    """Enter a sign that was granted before this register was kept.

    Raises:
        AlreadyCandidate: it is entered already.
        InvalidInput: without a reason, or granted in the future.
    """
    words = _reason(reason)
    if on > clock.today():
        raise InvalidInput(fields={"on": _("This day has not come yet.")})
    with locking():
        row = _create(branch, S.GRANTED, actor, granted_on=on)
        _record(row, "", actor, words)
        _set_kind(row, BranchKind.DEMONSTRATION)
    return row


def grant(*, demonstration: Demonstration, reason: str, actor: User) -> Demonstration:
    """The region grants the sign; not whoever has applied for it.

    Raises:
        NotAllowed: by the applicant.
        InvalidInput, MoveRefused.
    """
    return _decide(demonstration, S.GRANTED, reason, actor, only_from=S.APPLIED)


def decline(*, demonstration: Demonstration, reason: str, actor: User) -> Demonstration:
    """The region does not grant the sign; the branch may apply again.

    Raises:
        NotAllowed, InvalidInput, MoveRefused.
    """
    return _decide(demonstration, S.DECLINED, reason, actor)


def suspend(*, demonstration: Demonstration, reason: str, actor: User) -> Demonstration:
    """The sign is covered for a while; the branch keeps its kind.

    Raises:
        InvalidInput, MoveRefused.
    """
    return _decide(demonstration, S.SUSPENDED, reason, actor)


def reinstate(*, demonstration: Demonstration, reason: str, actor: User) -> Demonstration:
    """A suspended sign goes up again.

    Raises:
        InvalidInput, MoveRefused: it was not suspended.
    """
    return _decide(demonstration, S.GRANTED, reason, actor, only_from=S.SUSPENDED)


def withdraw(*, demonstration: Demonstration, reason: str, actor: User) -> Demonstration:
    """The sign is taken away, or an application taken back.

    Raises:
        InvalidInput, MoveRefused.
    """
    to = S.CANCELLED if demonstration.status == S.APPLIED else S.WITHDRAWN
    return _decide(demonstration, to, reason, actor)


def follow_audit(*, branch: Branch, to: DemonstrationStatus, reason: str, actor: User) -> None:
    """Cover or uncover a branch's sign as an audit has decided, in the audit's own transaction.

    A branch whose sign was never entered here, or is covered already, is left as it is.
    """
    from_status = S.GRANTED if to == S.SUSPENDED else S.SUSPENDED
    pk = (
        Demonstration.objects.filter(branch=branch, status=from_status)
        .values_list("pk", flat=True)
        .first()
    )
    if pk is not None:
        _move(demonstration_locked(pk), to, _reason(reason), actor)


def permission_for(to: DemonstrationStatus) -> Permission:
    """An application is taken back by the branch; everything else is the region's."""
    return Permission.CHANGE_BRANCH if to == S.CANCELLED else Permission.SUSPEND_BRANCH


def moves_for(user: User, row: Demonstration) -> list[DemonstrationStatus]:
    """What this person may do with it next: nobody decides about what they have applied for."""
    own = row.status == S.APPLIED and row.applied_by_id == user.pk
    return [
        to
        for to in S
        if DEMONSTRATION_MOVES.allows(row.status, to)
        and may(user, permission_for(to))
        and (to == S.CANCELLED or not own)
    ]


def _decide(
    demonstration: Demonstration,
    to: DemonstrationStatus,
    reason: str,
    actor: User,
    only_from: DemonstrationStatus | None = None,
) -> Demonstration:
    words = _reason(reason)
    with locking():
        row = demonstration_locked(demonstration.pk)
        before = DemonstrationStatus(row.status)
        DEMONSTRATION_MOVES.check(before, to)
        if only_from not in (None, before):
            raise MoveRefused(data={"machine": DEMONSTRATION_MOVES.name, "from": before, "to": to})
        if before == S.APPLIED and to != S.CANCELLED and row.applied_by_id == actor.pk:
            raise NotAllowed(_("Whoever has applied cannot decide about it."))
        _move(row, to, words, actor)
    return row


def _move(row: Demonstration, to: DemonstrationStatus, words: str, actor: User) -> None:
    """Change the status of a row that is locked, save it and put the move on record."""
    before = row.status
    DEMONSTRATION_MOVES.check(before, to)
    row.status = to
    if to == S.GRANTED and row.granted_on is None:
        row.granted_on = clock.today()
    row.save(update_fields=["status", "granted_on"])
    _record(row, before, actor, words)
    if to == S.GRANTED:
        _set_kind(row, BranchKind.DEMONSTRATION)
    elif to == S.WITHDRAWN:
        _set_kind(row, BranchKind.ORDINARY)


def _create(
    branch: Branch, status: DemonstrationStatus, actor: User, granted_on: date | None = None
) -> Demonstration:
    try:
        with transaction.atomic():
            return Demonstration.objects.create(
                branch=branch, status=status, applied_by=actor, granted_on=granted_on
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        raise AlreadyCandidate from error


def _record(row: Demonstration, before: str, actor: User, reason: str) -> None:
    DemonstrationEvent.objects.create(
        demonstration=row, actor=actor, from_status=before, to_status=row.status, reason=reason
    )


def _set_kind(row: Demonstration, kind: BranchKind) -> None:
    Branch.objects.filter(pk=row.branch_id).update(kind=kind)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    return reason.strip()[:300]
