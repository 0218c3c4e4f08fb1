"""One person at your side: an arrival is logged, taken, handed over, finished.

``change_status`` is the one function that changes an escort's status.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches import commitments, stock
from branches.locks import staff_locked
from branches.models import Branch, CommitmentKind, Staff
from branches.models.skill import Skill
from eldercare import timetable
from eldercare.escort_record import check_all_back
from eldercare.locks import escort_locked
from eldercare.models import Customer, Escort, EscortEvent, ServiceVersion
from eldercare.models.customer import Need
from eldercare.states import ESCORT_MOVES, EscortStatus, ReviewStatus
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused
from foundation.locks import locking

THEMSELVES = "themselves"
"""Whom the record names for an arrival that nobody of us noted."""


class NotOnDuty(DomainError):
    code = ErrorCode.STAFF_NOT_ON_DUTY
    http_status = 409
    default_message = _("This colleague does not work in this branch. Please choose another one.")


class NotReviewed(DomainError):
    code = ErrorCode.SERVICE_NOT_REVIEWED
    http_status = 409
    default_message = _("This business may not be offered: two reviewers have to pass it first.")


def log_arrival(
    *,
    client_key: str,
    branch: Branch,
    service_version: ServiceVersion,
    actor: User | None,
    customer: Customer | None = None,
    nickname: str = "",
    needs: Iterable[str] = (),
    wanted_skills: Iterable[str] = (),
    at: datetime | None = None,
) -> Escort:
    """Somebody has come in: they wait from this moment on, or from ``at`` if it was noted later.

    The same ``client_key`` again gives the same arrival. Without an ``actor`` they noted it
    themselves, at the door.

    Raises:
        InvalidInput: neither a customer nor words to know them by, a need or skill that we do not
            know, or a key that another branch has used.
        NotReviewed: the service has not been let through for branches, or is retired.
    """
    if customer is None and not nickname.strip():
        raise InvalidInput(
            fields={"nickname": _("Say in a few words how to know this person: “lady in red”.")}
        )
    if service_version.status != ReviewStatus.APPROVED or not service_version.at_branch:
        raise NotReviewed
    wanted = _known("needs", needs, Need.values) or (customer.needs if customer else [])
    skills = _known("wanted_skills", wanted_skills, Skill.values)
    with locking():
        escort, created = Escort.objects.get_or_create(
            client_key=client_key,
            defaults={
                "branch": branch,
                "service_version": service_version,
                "customer": customer,
                "nickname": nickname.strip()[:60],
                "needs": wanted,
                "wanted_skills": skills,
                "status": EscortStatus.WAITING,
                "arrived_at": at or clock.now(),
            },
        )
        if created:
            record(escort, "", actor, kind="staff" if actor else THEMSELVES)
            timetable.watch_over(escort)
        elif escort.branch_id != branch.pk:
            raise InvalidInput(_("This form was used already. Please begin again."))
    return escort


def _known(field: str, values: Iterable[str], known: Iterable[str]) -> list[str]:
    wanted = list(values)
    if unknown := set(wanted) - set(known):
        raise InvalidInput(
            fields={field: _("Please choose from the list.")}, data={"unknown": sorted(unknown)}
        )
    return wanted


def take(*, escort: Escort, assistant: Staff, actor: User, at: datetime | None = None) -> Escort:
    """An assistant takes somebody who waits; their time is promised to this person.

    ``at``: since when, if it was noted later.

    Raises:
        MoveRefused: somebody else was quicker.
        StaffBusy: the assistant is promised to somebody else.
        NotOnDuty: the assistant does not belong to this branch, or has left.
    """
    with locking():
        [person] = staff_locked([assistant.pk])
        row = escort_locked(escort.pk)
        ESCORT_MOVES.check(row.status, EscortStatus.ACCOMPANIED)
        return _accompany(row, person, actor, reason="", at=at)


def hand_over(
    *, escort: Escort, to: Staff, reason: str, actor: User, seen: int | None = None
) -> Escort:
    """Another assistant goes on; the customer's clock does not start again.

    ``seen``: key of the assistant who was at their side when ``actor`` decided.

    Raises:
        MoveRefused: the escort is not under way, or somebody else has handed over meanwhile.
        StaffBusy, NotOnDuty: as for :func:`take`.
    """
    with locking():
        [person] = staff_locked([to.pk])
        row = escort_locked(escort.pk)
        if seen is not None and row.assistant_id != seen:
            raise MoveRefused
        change_status(row, EscortStatus.WAITING, actor, reason=reason)
        _free_assistant(row)
        return _accompany(row, person, actor, reason=reason)


def finish(
    *,
    escort: Escort,
    outcome: str,
    kit_given: bool,
    actor: User,
    device_taught: bool = False,
    remark: str = "",
    at: datetime | None = None,
) -> Escort:
    """Done: what was done is on record, a care kit handed out leaves the stock.

    Raises:
        MoveRefused: nobody accompanies this person yet, or it is finished.
        StillLent: something that was lent is not back; nothing is changed.
        StockShort: no care kit is left; nothing is changed.
    """
    with locking():
        row = escort_locked(escort.pk)
        ESCORT_MOVES.check(row.status, EscortStatus.DONE)
        check_all_back(row)
        if kit_given:
            stock.hand_out_kit(key=f"escort:{row.public_id}", branch=row.branch, actor=actor)
        row.finished_at = _no_sooner(at, row.taken_at)
        _free_assistant(row, row.finished_at)
        row.outcome = outcome.strip()[:300]
        row.kit_given = kit_given
        row.device_taught = device_taught
        row.remark = remark.strip()[:300]
        change_status(row, EscortStatus.DONE, actor, reason=row.outcome)
    return row


def leave(*, escort: Escort, reason: str, actor: User, at: datetime | None = None) -> Escort:
    """The person went away before being served; that is on record too.

    Raises:
        MoveRefused: the escort has ended already.
    """
    with locking():
        row = escort_locked(escort.pk)
        ESCORT_MOVES.check(row.status, EscortStatus.LEFT)
        row.finished_at = _no_sooner(at, row.taken_at or row.arrived_at)
        _free_assistant(row, row.finished_at)
        change_status(row, EscortStatus.LEFT, actor, reason=reason)
    return row


def _accompany(
    row: Escort, person: Staff, actor: User, *, reason: str, at: datetime | None = None
) -> Escort:
    if not person.is_active or person.branch_id != row.branch_id:
        raise NotOnDuty
    # Whoever serves longer than was planned is past their promise, and still not free.
    if Escort.objects.filter(assistant=person, status=EscortStatus.ACCOMPANIED).exists():
        raise commitments.StaffBusy
    now = _no_sooner(at, row.taken_at or row.arrived_at)
    minutes = row.service_version.minutes
    # A booked time is given back first: they came earlier or later, or somebody else is free now.
    _free_assistant(row)
    row.commitment = commitments.promise(
        staff=person,
        kind=CommitmentKind.ESCORT,
        start=now,
        end=now + timedelta(minutes=minutes),
        place=(row.branch.latitude, row.branch.longitude),
        arrives_at=now,
    )
    row.assistant = person
    row.taken_at = row.taken_at or now
    change_status(row, EscortStatus.ACCOMPANIED, actor, reason=reason)
    timetable.watch_the_end(row)
    return row


def _no_sooner(at: datetime | None, than: datetime | None) -> datetime:
    """When it happened: now, or as it was noted, and never before what came first."""
    moment = at or clock.now()
    return max(moment, than) if than is not None else moment


def _free_assistant(row: Escort, at: datetime | None = None) -> None:
    if row.commitment is not None:
        commitments.finish(row.commitment, at or clock.now())


def change_status(
    row: Escort, to: EscortStatus, actor: User | None, *, kind: str = "staff", reason: str = ""
) -> None:
    """Change the status of a row that is locked, save it and put the move on record.

    Raises:
        MoveRefused: the table has no such move.
    """
    before = row.status
    ESCORT_MOVES.check(before, to)
    row.status = to
    row.save()
    record(row, before, actor, kind=kind, reason=reason)
    if to != EscortStatus.WAITING:
        timetable.at_ease(row)


def record(
    row: Escort, before: str, actor: User | None, *, kind: str = "staff", reason: str = ""
) -> None:
    """Append the event of a move that has just been made; ``kind`` says who moved, if not staff."""
    snapshot: dict[str, Any] = {"assistant": row.assistant.badge if row.assistant else ""}
    EscortEvent.objects.create(
        escort=row,
        actor=actor,
        actor_kind=kind,
        from_status=before,
        to_status=row.status,
        reason=reason.strip()[:300],
        snapshot=snapshot,
    )
