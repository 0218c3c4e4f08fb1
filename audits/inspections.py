"""Inspections: planned, begun, signed by both sides, submitted. ``_move`` changes the status.

Submission is where facts become a result: the program judges every answer, reckons the score and
the grade, and opens a finding for everything that failed. After that nothing changes any more.
"""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits import findings
from audits.access import check_inspector, require_in
from audits.answering import check_under_way, current_answers, digest_of, judgements
from audits.completeness import check_answered, check_evidence, check_signed
from audits.judging import Judgement, Verdict
from audits.locks import inspection_locked
from audits.models import (
    Answer,
    Inspection,
    InspectionEvent,
    InspectionKind,
    ItemResult,
    SectionScore,
    Side,
    Signature,
)
from audits.publishing import current_version, standard_of
from audits.scoring import Score, score
from audits.states import INSPECTION_MOVES, InspectionStatus
from branches.models import Branch
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, NotAllowed
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"
FIRST_YEAR = 1949
MOST_POINTS, PANE = 5000, 4096
DAY_OVER = _("This day is over. Please choose another one.")


class AlreadyUnderWay(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("Somebody is inspecting this branch already. Please talk to them first.")


def plan(
    *,
    key: str,
    branch: Branch,
    kind: InspectionKind,
    day: date,
    inspector: User,
    actor: User,
    announced: bool = True,
) -> Inspection:
    """Plan an inspection or a self-check, by the version in force on that day; once per ``key``.

    Raises:
        OwnBranch: the inspector belongs to the branch.
        InvalidInput: the day is past. NotAllowed, NoStandard.
    """
    own = kind == InspectionKind.SELF_CHECK
    require_in(actor, Permission.SELF_CHECK if own else Permission.PLAN_INSPECTION, branch)
    check_inspector(inspector, branch, self_check=own)
    if day < clock.today():
        raise InvalidInput(fields={"day": DAY_OVER})
    with locking():
        row, created = Inspection.objects.get_or_create(
            key=key,
            defaults={
                "branch": branch,
                "version": current_version(day),
                "kind": kind,
                "announced": announced,
                "planned_for": day,
                "planned_by": actor,
                "inspector": inspector,
            },
        )
        if (row.branch_id, row.planned_by_id) != (branch.pk, actor.pk):
            raise InvalidInput(fields={"key": _("This number belongs to another inspection.")})
        if created:
            _record(row, "", actor)
    return row


def start(*, inspection: Inspection, actor: User, last_works_year: int | None = None) -> Inspection:
    """Begin. The year of the last building works decides which building rules bind the branch.

    Begun already, it stays begun: a tap that is sent again does no harm.

    Raises:
        AlreadyUnderWay: another inspection of this branch is under way.
        OwnBranch: the inspector has come to work here since.
        NotAllowed, MoveRefused, InvalidInput.
    """
    _check_year(last_works_year)
    with locking():
        row = inspection_locked(inspection.pk)
        if row.status == InspectionStatus.UNDER_WAY and row.inspector_id == actor.pk:
            return row
        check_inspector(row.inspector, row.branch, self_check=row.kind == InspectionKind.SELF_CHECK)
        _check_is_inspector(row, actor)
        row.started_at = clock.now()
        row.last_works_year = last_works_year
        try:
            with transaction.atomic():
                _move(row, InspectionStatus.UNDER_WAY, actor)
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise AlreadyUnderWay from error
    return row


def correct_works_year(
    *, inspection: Inspection, last_works_year: int | None, actor: User
) -> Inspection:
    """Put the year of the last building works right, before submission; both sides sign anew.

    Raises:
        InvalidInput, NotAllowed, MoveRefused.
    """
    _check_year(last_works_year)
    with locking():
        row = inspection_locked(inspection.pk)
        check_under_way(row, actor)
        was, row.last_works_year = row.last_works_year, last_works_year
        row.save(update_fields=["last_works_year"])
        _record(row, row.status, actor, f"last works: {was} → {last_works_year}")
    return row


def hand_over(*, inspection: Inspection, to: User, reason: str, actor: User) -> Inspection:
    """Another inspector goes on; what is answered stays answered and says by whom.

    Raises:
        OwnBranch, NotAllowed: as for :func:`plan`.
        MoveRefused: it has ended.
    """
    with locking():
        row = inspection_locked(inspection.pk)
        if actor.pk != row.inspector_id:
            require_in(actor, Permission.PLAN_INSPECTION, row.branch)
        check_inspector(to, row.branch, self_check=row.kind == InspectionKind.SELF_CHECK)
        INSPECTION_MOVES.check(row.status, InspectionStatus.CANCELLED)
        row.inspector = to
        row.save(update_fields=["inspector"])
        _record(row, row.status, actor, reason)
    return row


def move_to(*, inspection: Inspection, day: date, actor: User) -> Inspection:
    """Plan it for another day, by the standard that is in force then; moved already, it stays.

    Raises:
        InvalidInput: the day is past.
        NotAllowed, NoStandard. MoveRefused: it has begun, or has ended.
    """
    if day < clock.today():
        raise InvalidInput(fields={"day": DAY_OVER})
    with locking():
        row = inspection_locked(inspection.pk)
        if actor.pk != row.inspector_id:
            require_in(actor, Permission.PLAN_INSPECTION, row.branch)
        INSPECTION_MOVES.check(row.status, InspectionStatus.UNDER_WAY)
        was, row.planned_for = row.planned_for, day
        if was != day:
            row.version = current_version(day)
            row.save(update_fields=["planned_for", "version"])
            _record(row, row.status, actor, f"{was} → {day}")
    return row


def cancel(*, inspection: Inspection, reason: str, actor: User) -> Inspection:
    """Call it off, with a reason on record.

    Raises:
        InvalidInput: no reason.
        NotAllowed, MoveRefused.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    with locking():
        row = inspection_locked(inspection.pk)
        if actor.pk != row.inspector_id:
            require_in(actor, Permission.PLAN_INSPECTION, row.branch)
        _move(row, InspectionStatus.CANCELLED, actor, reason)
    return row


def sign(
    *,
    inspection: Inspection,
    side: Side,
    name: str,
    actor: User,
    strokes: list[list[list[int]]] | None = None,
) -> Signature:
    """Put a name under the answers as they are now, on the inspector's device.

    Raises:
        NotComplete: items lack an answer.
        InvalidInput: no name, one person for both sides, or a drawing that is none.
        NotAllowed, MoveRefused.
    """
    with locking():
        row = inspection_locked(inspection.pk)
        check_under_way(row, actor)
        check_answered(row)
        _check_strokes(strokes or [])
        digest = digest_of(row)
        signer = row.inspector.full_name if side == Side.INSPECTOR else name.strip()[:60]
        if not signer:
            raise InvalidInput(fields={"name": _("Please write the name of who signs.")})
        if side == Side.BRANCH and signer == row.inspector.full_name:
            raise InvalidInput(fields={"name": _("The branch signs with another name.")})
        signature, _created = row.signatures.get_or_create(
            side=side,
            digest=digest,
            defaults={
                "name": signer,
                "strokes": strokes or [],
                "signed_at": clock.now(),
                "recorded_by": actor,
            },
        )
    return signature


def submit(*, inspection: Inspection, actor: User) -> Inspection:
    """Judge, score, open findings, and close the book. Sent twice, it is submitted once.

    Raises:
        NotComplete: answers, evidence or signatures are missing.
        NotAllowed, MoveRefused.
    """
    with locking():
        row = inspection_locked(inspection.pk)
        _check_is_inspector(row, actor)
        if row.status == InspectionStatus.SUBMITTED:
            return row
        check_under_way(row, actor)
        check_answered(row)
        check_evidence(row)
        check_signed(row)
        answers, judged = current_answers(row), judgements(row)
        results = _store_results(row, answers, judged)
        row.submitted_at = clock.now()
        _store_score(row, score_of(row, judged))
        _move(row, InspectionStatus.SUBMITTED, actor)
        findings.raise_from_inspection(row, results, judged, actor)
    return row


def score_of(inspection: Inspection, judged: Mapping[str, Judgement] | None = None) -> Score:
    """The score of the answers as they are, before submission as well as after."""
    found = judged if judged is not None else judgements(inspection)
    verdicts = {code: one.verdict for code, one in found.items()}
    return score(standard_of(inspection.version), verdicts, inspection.last_works_year)


def _check_strokes(strokes: list[list[list[int]]]) -> None:
    """A drawing is some strokes of points on a small pane, and nothing else."""
    points = [point for stroke in strokes for point in stroke]
    if len(points) > MOST_POINTS or any(
        len(point) != 2 or not all(type(at) is int and 0 <= at <= PANE for at in point)
        for point in points
    ):
        raise InvalidInput(fields={"strokes": _("This drawing cannot be used. Please sign again.")})


def _check_year(year: int | None) -> None:
    if year is not None and not FIRST_YEAR <= year <= clock.today().year:
        raise InvalidInput(fields={"last_works_year": _("Please enter a year such as 2019.")})


def _check_is_inspector(row: Inspection, actor: User) -> None:
    if actor.pk != row.inspector_id:
        raise NotAllowed(_("Only this inspection's inspector does this."))


def _store_results(
    row: Inspection, answers: Mapping[str, Answer], judged: Mapping[str, Judgement]
) -> dict[str, ItemResult]:
    results = ItemResult.objects.bulk_create(
        ItemResult(
            inspection=row, item=answer.item, answer=answer, verdict=judged[code].verdict.value
        )
        for code, answer in answers.items()
    )
    return {one.item.code: one for one in results if one.verdict == Verdict.FAIL}


def _store_score(row: Inspection, result: Score) -> None:
    SectionScore.objects.bulk_create(
        SectionScore(
            inspection=row,
            section=section.code,
            position=position,
            points=section.points,
            out_of=section.out_of,
        )
        for position, section in enumerate(result.sections)
    )
    row.points, row.out_of = result.total.points, result.total.out_of
    row.must_failed, row.grade = len(result.must_failed), result.grade


def _move(row: Inspection, to: InspectionStatus, actor: User, reason: str = "") -> None:
    """Change the status of a row that is locked, save it and put the move on record."""
    before = row.status
    INSPECTION_MOVES.check(before, to)
    row.status = to
    row.save()
    _record(row, before, actor, reason)


def _record(row: Inspection, before: str, actor: User, reason: str = "") -> None:
    InspectionEvent.objects.create(
        inspection=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=reason.strip()[:300],
        snapshot={"inspector": row.inspector.full_name, "branch": row.branch.code},
    )
