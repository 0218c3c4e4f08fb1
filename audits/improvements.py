"""From the finding to the re-check. ``move_locked`` is the one function that changes the status.

Who does what: the branch analyses, sets measures with an owner, and fixes with evidence; somebody
from the region who did not fix it re-checks, with evidence of their own (DESIGN §4.8).
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits import timetable
from audits.access import belongs_to, require_in
from audits.findings import COMPLAINT_LIMIT
from audits.locks import improvement_locked
from audits.models import Evidence, FindingSource, Improvement, ImprovementEvent
from audits.states import IMPROVEMENT_MOVES, ImprovementStatus
from branches.calendar import add_working_days
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking


class SameHands(DomainError):
    """Who fixed it may not be the one to say that it is fixed."""

    code = ErrorCode.SAME_REVIEWER
    http_status = 409
    default_message = _("You had a part in fixing this. Somebody else has to re-check it.")


def analyse(*, improvement: Improvement, analysis: str, actor: User) -> Improvement:
    """Say what the cause is (问题分析).

    Raises:
        InvalidInput: nothing said.
        NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.IMPROVE_FINDING, improvement.branch)
    words = _said("analysis", analysis, 1000)
    with locking():
        row = improvement_locked(improvement.pk)
        row.analysis = words
        move_locked(row, ImprovementStatus.ANALYSED, actor, words)
    return row


def set_measures(
    *, improvement: Improvement, measures: str, owner: User, actor: User
) -> Improvement:
    """Say what will be done and who sees to it (建立举措).

    Raises:
        InvalidInput: nothing said, or the owner does not belong to the branch.
        NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.IMPROVE_FINDING, improvement.branch)
    words = _said("measures", measures, 1000)
    if not belongs_to(owner, improvement.branch):
        raise InvalidInput(fields={"owner": _("The owner must work in this branch.")})
    with locking():
        row = improvement_locked(improvement.pk)
        row.measures, row.owner = words, owner
        move_locked(row, ImprovementStatus.MEASURES_SET, actor, words)
    return row


def report_fixed(
    *, improvement: Improvement, words: str, evidence: Evidence, actor: User
) -> Improvement:
    """The branch says that it is fixed, and shows it.

    Raises:
        InvalidInput: nothing said, or the evidence shows something else.
        NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.FIX_FINDING, improvement.branch)
    said = _said("words", words, 500)
    with locking():
        row = improvement_locked(improvement.pk)
        _check_evidence(row, evidence)
        row.fixed_by, row.fixed_at = actor, clock.now()
        row.fix_words, row.fix_evidence = said, evidence
        move_locked(row, ImprovementStatus.FIXED, actor, said)
        timetable.ask_for_recheck(row)
    return row


def begin_recheck(*, improvement: Improvement, actor: User) -> Improvement:
    """Take the re-check (回检).

    Raises:
        SameHands: the actor fixed it, or owns it.
        NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.RECHECK_FINDING, improvement.branch)
    with locking():
        row = improvement_locked(improvement.pk)
        _check_other_hands(row, actor)
        row.rechecked_by = actor
        move_locked(row, ImprovementStatus.RECHECK, actor)
    return row


def close(*, improvement: Improvement, words: str, evidence: Evidence, actor: User) -> Improvement:
    """It is fixed: closed by somebody else than who fixed it, with their own evidence.

    Raises:
        SameHands: the actor fixed it, or owns it.
        InvalidInput: nothing said, or no evidence of the actor's own made since the fix.
        NotAllowed, MoveRefused.
    """
    require_in(actor, Permission.RECHECK_FINDING, improvement.branch)
    said = _said("words", words, 500)
    with locking():
        row = improvement_locked(improvement.pk)
        IMPROVEMENT_MOVES.check(row.status, ImprovementStatus.CLOSED)
        _check_other_hands(row, actor)
        _check_evidence(row, evidence)
        if evidence.added_by_id != actor.pk or (
            row.fixed_at is not None and evidence.added_at < row.fixed_at
        ):
            raise InvalidInput(
                fields={"evidence": _("Please add evidence of your own from the re-check.")}
            )
        row.rechecked_by, row.rechecked_at = actor, clock.now()
        row.recheck_words, row.recheck_evidence = said, evidence
        move_locked(row, ImprovementStatus.CLOSED, actor, said)
    return row


def send_back(*, improvement: Improvement, words: str, actor: User) -> Improvement:
    """It is not fixed: back to the analysis, and counted. The deadline stands.

    Raises:
        SameHands, InvalidInput, NotAllowed, MoveRefused: as for :func:`close`.
    """
    require_in(actor, Permission.RECHECK_FINDING, improvement.branch)
    said = _said("words", words, 500)
    with locking():
        row = improvement_locked(improvement.pk)
        IMPROVEMENT_MOVES.check(row.status, ImprovementStatus.ANALYSED)
        _check_other_hands(row, actor)
        row.failed_rechecks += 1
        row.recheck_words = said
        # The events keep who had said that it was fixed; the row starts anew.
        row.fixed_by = row.fixed_at = row.fix_evidence = None
        row.fix_words = ""
        row.rechecked_by = row.rechecked_at = None
        move_locked(row, ImprovementStatus.ANALYSED, actor, said)
    return row


def assign(*, improvement: Improvement, owner: User, actor: User) -> Improvement:
    """Another member of the branch sees to it.

    Raises:
        InvalidInput: the owner does not belong to the branch.
        MoveRefused: it is closed.
        NotAllowed.
    """
    require_in(actor, Permission.IMPROVE_FINDING, improvement.branch)
    if not belongs_to(owner, improvement.branch):
        raise InvalidInput(fields={"owner": _("The owner must work in this branch.")})
    with locking():
        row = improvement_locked(improvement.pk)
        _check_unsettled(row)
        row.owner = owner
        row.save(update_fields=["owner"])
        _record(row, row.status, actor, f"owner: {owner.full_name}")
    return row


def extend(*, improvement: Improvement, deadline: date, reason: str, actor: User) -> Improvement:
    """Give it more time, on record, and lay its due steps out anew.

    Raises:
        InvalidInput: no reason, not later than now, or not a working day (``data`` names the next).
        MoveRefused: it is closed.
        NotAllowed.
    """
    require_in(actor, Permission.EXTEND_DEADLINE, improvement.branch)
    why = _said("reason", reason, 300)
    with locking():
        row = improvement_locked(improvement.pk)
        _check_unsettled(row)
        _check_deadline(row, deadline)
        _record(row, row.status, actor, why, {"from": str(row.deadline), "to": str(deadline)})
        row.deadline = deadline
        row.extensions += 1
        row.save(update_fields=["deadline", "extensions"])
        timetable.lay_out(row)
    return row


def _said(field: str, words: str, most: int) -> str:
    if not words.strip():
        raise InvalidInput(fields={field: _("Please say it in a sentence or two.")})
    return words.strip()[:most]


def _check_other_hands(row: Improvement, actor: User) -> None:
    if actor.pk in (row.fixed_by_id, row.owner_id):
        raise SameHands


def _check_evidence(row: Improvement, evidence: Evidence) -> None:
    if evidence.improvement_id != row.pk:
        raise InvalidInput(fields={"evidence": _("This evidence shows something else.")})


def _check_unsettled(row: Improvement) -> None:
    if row.status == ImprovementStatus.CLOSED:
        IMPROVEMENT_MOVES.check(row.status, row.status)


def _check_deadline(row: Improvement, deadline: date) -> None:
    if deadline <= max(row.deadline, clock.today()):
        raise InvalidInput(
            fields={"deadline": _("A new deadline lies after the old one and after today.")}
        )
    if (
        row.finding.source == FindingSource.COMPLAINT
        and deadline > row.finding.found_on + COMPLAINT_LIMIT
    ):
        raise InvalidInput(
            fields={"deadline": _("A complaint is closed within 60 days of its receipt.")}
        )
    working = add_working_days(date.fromordinal(deadline.toordinal() - 1), 1)
    if working != deadline:
        raise InvalidInput(
            fields={"deadline": _("This is not a working day.")},
            data={"next_working_day": working.isoformat()},
        )


def move_locked(row: Improvement, to: ImprovementStatus, actor: User, reason: str = "") -> None:
    """Change the status of a row that is locked, save it and put the move on record.

    For this module and for themes, which move many rows under one lock.
    """
    before = row.status
    IMPROVEMENT_MOVES.check(before, to)
    row.status = to
    row.save()
    _record(row, before, actor, reason)


def _record(
    row: Improvement,
    before: str,
    actor: User,
    reason: str,
    more: dict[str, str] | None = None,
) -> None:
    ImprovementEvent.objects.create(
        improvement=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=reason[:300],
        snapshot={"by": actor.full_name, "failed_rechecks": row.failed_rechecks} | (more or {}),
    )
