"""The moves of a home visit, from the announced team to the end at the customer's table.

``change_status`` is the one function that moves a visit: the caller holds the row's lock.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import door_codes, notices, timetable
from appointments.locks import visit_locked
from appointments.models import HomeVisit, VisitEvent
from appointments.states import AHEAD, VISIT_MOVES, NotDoneReason, VisitStatus
from branches import commitments
from branches.locks import staff_locked
from foundation import clock
from foundation.errors import DomainError, ErrorCode
from foundation.locks import locking
from workflow.due_steps import ask_a_person


@dataclass(frozen=True)
class Actor:
    """Who moves a visit: staff with a sign-in, or a kind (customer, family, system) without one."""

    kind: str
    user: User | None = None


SYSTEM = Actor("system")
TEAM = 2


class TooEarly(DomainError):
    code = ErrorCode.TOO_EARLY
    http_status = 409
    default_message = _("It is too early to set off for this visit. Please look at its time.")


class TeamIncomplete(DomainError):
    """Nobody goes to a customer's home alone."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("One of the two cannot come. Please wait for a colleague to step in.")


class DoorCodeRefused(DomainError):
    """The customer's code did not fit. ``data["left"]`` is how many tries remain."""

    code = ErrorCode.DOOR_CODE_WRONG
    http_status = 409
    default_message = _("That is not this customer's code. Please ask them to read it once more.")


def announce(visit: HomeVisit, actor: Actor = SYSTEM) -> None:
    """Tell the customer who comes. The caller holds the row's lock (the due step's handler)."""
    change_status(visit, VisitStatus.PLANNED, actor)
    notices.announced(visit)


def is_whole(visit: HomeVisit) -> bool:
    """Whether two people's time is promised for it; one of them may be ill."""
    return visit.team.filter(commitment__released_at=None).count() == TEAM


def next_of_team(visit: HomeVisit) -> list[HomeVisit]:
    """The next visit of each of the two, today, that has been promised and not begun."""
    found: dict[int, HomeVisit] = {}
    for member in visit.team.all():
        following = (
            HomeVisit.objects.filter(
                team__staff=member.staff_id,
                status__in=sorted(AHEAD),
                starts_at__gt=visit.starts_at,
                starts_at__date=timezone.localdate(visit.starts_at),
            )
            .order_by("starts_at")
            .first()
        )
        if following is not None:
            found[following.pk] = following
    return list(found.values())


def set_off(*, visit: HomeVisit, actor: User) -> HomeVisit:
    """The team sets off; not earlier than ``NUANBAN_SET_OFF_MINUTES`` before the planned start.

    Raises:
        TooEarly, TeamIncomplete, MoveRefused.
    """
    with locking():
        row = visit_locked(visit.pk)
        VISIT_MOVES.check(row.status, VisitStatus.ON_THE_WAY)
        if not is_whole(row):
            raise TeamIncomplete
        earliest = row.starts_at - timedelta(minutes=settings.NUANBAN_SET_OFF_MINUTES)
        if clock.now() < earliest:
            raise TooEarly(data={"earliest": earliest.isoformat()})
        change_status(row, VisitStatus.ON_THE_WAY, Actor("staff", actor))
        notices.on_the_way(row)
    return row


def arrive(*, visit: HomeVisit, actor: User) -> HomeVisit:
    """Both stand at the door.

    Raises:
        MoveRefused.
    """
    with locking():
        row = visit_locked(visit.pk)
        change_status(row, VisitStatus.AT_THE_DOOR, Actor("staff", actor))
    return row


def enter_code(*, visit: HomeVisit, said: str, actor: User) -> HomeVisit:
    """The customer has said their code: when it fits, the service begins.

    Five that do not fit end the visit, and the branch manager is asked to phone.

    Raises:
        DoorCodeRefused: with the tries that are left; each try is counted for good.
        MoveRefused: nobody is at the door.
    """
    with locking():
        # People before visits, as everywhere: a stopped visit gives the team's time back.
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(visit.pk)
        VISIT_MOVES.check(row.status, VisitStatus.SERVING)
        fits = door_codes.same(said, row.customer_code)
        if fits:
            change_status(row, VisitStatus.SERVING, Actor("staff", actor))
        else:
            _count_wrong_code(row, actor)
        left = door_codes.MAX_TRIES - row.code_tries
    if fits:
        return row
    if left == 0:
        raise DoorCodeRefused(
            _("Five codes did not fit: the visit is stopped. Please phone your branch manager."),
            code=ErrorCode.DOOR_CODE_LOCKED,
            data={"left": 0},
        )
    raise DoorCodeRefused(data={"left": left})


def finish(*, visit: HomeVisit, words: str, actor: User) -> HomeVisit:
    """What was to be done is done; what is left of the team's time is free again.

    Raises:
        MoveRefused: the service has not begun.
    """
    with locking():
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(visit.pk)
        row.words = words.strip()[:300]
        change_status(row, VisitStatus.DONE, Actor("staff", actor), reason=row.words)
        _finish_team(row)
    return row


def give_up(*, visit: HomeVisit, reason: NotDoneReason, words: str, actor: User) -> HomeVisit:
    """The visit could not be made, and why. Unclear will and pressure call the manager.

    Raises:
        MoveRefused: it has ended already, or nobody has set off.
    """
    with locking():
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(visit.pk)
        _stop(row, reason, words, Actor("staff", actor))
    return row


def change_status(visit: HomeVisit, to: VisitStatus, actor: Actor, *, reason: str = "") -> None:
    """Move a visit whose row is locked: check the table, save, put it on record.

    Raises:
        MoveRefused: the table has no such move.
    """
    before = visit.status
    VISIT_MOVES.check(before, to)
    visit.status = to
    visit.version += 1
    visit.save()
    record(visit, before, actor, reason=reason)
    timetable.drop_what_is_moot(visit)


def record(visit: HomeVisit, before: str, actor: Actor, *, reason: str = "") -> None:
    """Append the event of a move that has just been made."""
    VisitEvent.objects.create(
        visit=visit,
        actor=actor.user,
        actor_kind=actor.kind,
        from_status=before,
        to_status=visit.status,
        reason=reason[:300],
        snapshot={
            "window": [visit.window.lower.isoformat(), visit.window.upper.isoformat()],
            "team": {m.role: m.staff.badge for m in visit.team.select_related("staff")},
        },
    )


def _count_wrong_code(row: HomeVisit, actor: User) -> None:
    row.code_tries += 1
    if row.code_tries < door_codes.MAX_TRIES:
        row.save(update_fields=["code_tries"])
        return
    _stop(row, NotDoneReason.CODE_MISMATCH, "", Actor("staff", actor))


def _stop(row: HomeVisit, reason: NotDoneReason, words: str, actor: Actor) -> None:
    row.reason = reason
    row.words = words.strip()[:300] or str(reason.label)
    change_status(row, VisitStatus.NOT_DONE, actor, reason=row.words)
    _finish_team(row)
    ask_a_person(
        key=f"{row.subject}:not_done",
        kind="phone_customer",
        subject=row.subject,
        branch_code=row.branch.code,
        outcome=row.reason,
    )


def _finish_team(row: HomeVisit) -> None:
    now = clock.now()
    for member in row.team.select_related("commitment", "staff__branch"):
        commitments.finish(member.commitment, now)
