"""A demonstration branch loses its sign for a while, by decision of a named officer.

Nothing here happens by itself: the program says who is due and drafts the letter, a person decides.
"""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits.access import require_in
from audits.letters import suspension_letter
from audits.locks import suspension_locked
from audits.models import Improvement, Suspension, SuspensionEvent
from audits.states import SUSPENSION_MOVES, SuspensionStatus
from branches.demonstration import follow_audit
from branches.models import Branch
from branches.models.branch import BranchKind
from branches.states import DemonstrationStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"


class NotDue(DomainError):
    """Only an open must-have finding past its deadline suspends a demonstration branch."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("This branch has no must-have finding that is past its deadline.")


class StillDue(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("A must-have finding is still open past its deadline.")


class AlreadyDrafted(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("There is a suspension of this branch already.")


def grounds(branch: Branch, today: date | None = None) -> Sequence[Improvement]:
    """The open must-have findings past their deadline, the oldest deadline first."""
    return list(
        Improvement.objects.overdue(today or clock.today())
        .filter(branch=branch, finding__must_have=True)
        .select_related("finding__item", "branch")
        .order_by("deadline", "pk")
    )


def draft(*, branch: Branch, actor: User) -> Suspension:
    """Draft the letter, for an officer to read, change and decide.

    Raises:
        NotDue: not a demonstration branch, or nothing is overdue.
        AlreadyDrafted: a draft or a suspension exists.
        NotAllowed.
    """
    require_in(actor, Permission.SUSPEND_BRANCH, branch)
    with locking():
        overdue = _check_due(branch)
        letter = suspension_letter(branch, overdue, clock.today())
        try:
            with transaction.atomic():
                row = Suspension.objects.create(
                    branch=branch, letter_zh=letter.zh, letter_en=letter.en, drafted_by=actor
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise AlreadyDrafted from error
        _record(row, "", actor, "", overdue)
    return row


def decide(
    *,
    suspension: Suspension,
    reason: str,
    actor: User,
    letter_zh: str | None = None,
    letter_en: str | None = None,
) -> Suspension:
    """The officer decides; their name stands in the record. The letter may have been changed.

    Raises:
        NotDue: it has been put right in the meantime.
        InvalidInput, NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.SUSPEND_BRANCH, suspension.branch)
    _check_reason(reason)
    with locking():
        row = suspension_locked(suspension.pk)
        SUSPENSION_MOVES.check(row.status, SuspensionStatus.IN_FORCE)
        overdue = _check_due(row.branch)
        row.letter_zh = letter_zh or row.letter_zh
        row.letter_en = letter_en or row.letter_en
        row.decided_by, row.decided_at = actor, clock.now()
        row.reason = reason.strip()[:500]
        _move(row, SuspensionStatus.IN_FORCE, actor, reason, overdue)
        follow_audit(
            branch=row.branch, to=DemonstrationStatus.SUSPENDED, reason=reason, actor=actor
        )
    return row


def drop(*, suspension: Suspension, reason: str, actor: User) -> Suspension:
    """The officer decides against it.

    Raises:
        InvalidInput, NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.SUSPEND_BRANCH, suspension.branch)
    _check_reason(reason)
    with locking():
        row = suspension_locked(suspension.pk)
        _move(row, SuspensionStatus.DROPPED, actor, reason, [])
    return row


def lift(*, suspension: Suspension, reason: str, actor: User) -> Suspension:
    """The sign goes up again.

    Raises:
        StillDue: a must-have finding is still open past its deadline.
        InvalidInput, NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.SUSPEND_BRANCH, suspension.branch)
    _check_reason(reason)
    with locking():
        row = suspension_locked(suspension.pk)
        SUSPENSION_MOVES.check(row.status, SuspensionStatus.LIFTED)
        if grounds(row.branch):
            raise StillDue
        _move(row, SuspensionStatus.LIFTED, actor, reason, [])
        follow_audit(branch=row.branch, to=DemonstrationStatus.GRANTED, reason=reason, actor=actor)
    return row


def _check_due(branch: Branch) -> Sequence[Improvement]:
    overdue = grounds(branch)
    if branch.kind != BranchKind.DEMONSTRATION or not overdue:
        raise NotDue
    return overdue


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})


def _move(
    row: Suspension,
    to: SuspensionStatus,
    actor: User,
    reason: str,
    overdue: Sequence[Improvement],
) -> None:
    """Change the status of a row that is locked, save it and put the move on record."""
    before = row.status
    SUSPENSION_MOVES.check(before, to)
    row.status = to
    row.save()
    _record(row, before, actor, reason, overdue)


def _record(
    row: Suspension, before: str, actor: User, reason: str, overdue: Sequence[Improvement]
) -> None:
    SuspensionEvent.objects.create(
        suspension=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=reason.strip()[:300],
        snapshot={
            "by": actor.full_name,
            "improvements": [str(one.public_id) for one in overdue],
            "letter_zh": row.letter_zh,
            "letter_en": row.letter_en,
        },
    )
