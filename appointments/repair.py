"""On the day: somebody is suddenly away, or a visit takes longer; promises are repaired at once.

The fewest changes first: a colleague at the same minute; then another minute or another team within
the promised window, from the nearest branches too; and where the promise would break, the customer
is told, and a person is asked to phone and agree with them how to go on. Never silently (DESIGN
§4.3). All of it is one transaction under the locks of everybody concerned. Pages ask RUN_VISIT.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import notices
from appointments.availability import staff_by_branch
from appointments.locks import visit_locked
from appointments.models import HomeVisit
from appointments.restaffing import Promised, pass_on, what_they_are_about, who_can_take
from appointments.reteaming import reteam, who_might_come
from appointments.states import AHEAD, VisitStatus
from appointments.visits import Actor, is_whole, record
from branches import commitments, sickness
from branches.locks import staff_locked
from branches.models import Leave, Staff
from branches.promises import promised_by
from eldercare.locks import escort_locked
from foundation import clock
from foundation.errors import Busy, DomainError, ErrorCode, MoveRefused
from foundation.locks import locking
from workflow.due_steps import ask_a_person, settle_all

TRIES = 3
AWAY = "ill"
OVERRUN = "the visit before takes longer"
AGAIN = "somebody was found after all"


class NotAsShown(DomainError):
    """Between the page and the yes something has changed."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("Something has changed meanwhile. Please look again; nothing is done yet.")


class Ending(StrEnum):
    """What became of a promise."""

    GIVEN = "given"
    """A colleague keeps it, at the same minute."""
    RETEAMED = "reteamed"
    """Kept within its window, at another minute or by other people."""
    AT_RISK = "at_risk"
    """Nobody can keep it: the customer is told, and a person phones them."""


@dataclass(frozen=True)
class Repaired:
    """One promise, who was to keep it, and who keeps it now."""

    promise: Promised
    ending: Ending
    before: tuple[Staff, ...]
    after: tuple[Staff, ...]
    starts_at: datetime

    @property
    def new_faces(self) -> tuple[Staff, ...]:
        return tuple(person for person in self.after if person not in self.before)

    @property
    def moved(self) -> bool:
        """At another minute, within the window."""
        return self.starts_at != self.promise.starts_at


@dataclass(frozen=True)
class Repair:
    """All that one bad piece of news has changed."""

    promises: tuple[Repaired, ...]
    leave: Leave | None = None

    @property
    def mark(self) -> str:
        """Stands for exactly these changes: what was shown is what is meant."""
        parts = (
            f"{r.promise.commitment.pk}:{r.ending}:{r.starts_at:%H%M}:"
            + ",".join(str(person.pk) for person in r.after)
            for r in self.promises
        )
        return ";".join(parts) or "nothing"

    @property
    def spoken_of(self) -> set[int]:
        """The visits whose customers have been told of a change, by primary key."""
        changed = [r for r in self.promises if r.moved or r.new_faces or r.ending == Ending.AT_RISK]
        return {r.promise.visit.pk for r in changed if r.promise.visit is not None}


class _OnlyLooking(Exception):
    def __init__(self, repair: Repair) -> None:
        self.repair = repair


def look(*, staff: Staff, until: date, actor: User) -> Repair:
    """What :func:`call_in_sick` would do now: it is done, and taken back.

    Raises:
        InvalidInput, LeaveOverlaps, StaffBusy, Busy.
    """

    def do_and_take_back() -> Repair:
        try:
            with locking():
                raise _OnlyLooking(_away(staff, until, actor))
        except _OnlyLooking as seen:
            return seen.repair

    return _until_locked(do_and_take_back)


def call_in_sick(*, staff: Staff, until: date, actor: User, shown: str | None = None) -> Repair:
    """``staff`` is away from now to the end of ``until``, and all they promised is repaired.

    ``shown`` is the mark of the repair that somebody has looked at and agreed to.

    Raises:
        NotAsShown: it would be another repair by now; nothing changes.
        InvalidInput, LeaveOverlaps, StaffBusy, Busy.
    """

    def do() -> Repair:
        with locking():
            repair = _away(staff, until, actor)
            if shown is not None and shown != repair.mark:
                raise NotAsShown
        return repair

    return _until_locked(do)


def try_again(*, visit: HomeVisit, actor: User) -> bool:
    """Look once more for two people who can come within the window; whether there are.

    Raises:
        MoveRefused: the visit does not wait for a team.
        Busy.
    """
    with locking():
        staff_locked([person.pk for person in who_might_come(visit)])
        row = visit_locked(visit.pk)
        if VisitStatus(row.status) not in AHEAD or is_whole(row):
            raise MoveRefused
        ill = frozenset(
            row.team.exclude(commitment__released_at=None).values_list("staff", flat=True)
        )
        found = reteam(visit=row, away=ill, why=AGAIN, actor=Actor("staff", actor))
        if found:
            settle_all(subject=row.subject, kinds=["promise_at_risk"], outcome=AGAIN)
    return found


def stay_longer(*, visit: HomeVisit, minutes: int, actor: User) -> Repair:
    """The team says itself that it stays so many minutes more, counted from now.

    Raises:
        MoveRefused, Busy: as for :func:`run_over`.
    """

    def do() -> Repair:
        with locking():
            return run_over(visit=visit, minutes=minutes, actor=Actor("staff", actor))

    return _until_locked(do)


def run_over(*, visit: HomeVisit, minutes: int, actor: Actor) -> Repair:
    """The team stays so many minutes more, counted from now; whoever waits for them is told.

    Runs in the caller's transaction, before any visit is locked.

    Raises:
        MoveRefused: they are not at the customer's side.
        Busy: somebody has been booked between the look and the lock.
    """
    team = [member.staff for member in visit.team.select_related("staff__branch")]
    until = clock.now() + timedelta(minutes=minutes)
    touched = _lock(team, until)
    row = visit_locked(visit.pk)
    if row.status != VisitStatus.SERVING:
        raise MoveRefused
    company = [_repair(promise, actor, OVERRUN) for promise in touched if promise.visit is None]
    waiting = [promise for promise in touched if promise.visit is not None]
    for promise in waiting:
        commitments.release(promise.commitment)
    for member in row.team.select_related("commitment"):
        with suppress(commitments.StaffBusy):  # a talk, or leave, begins when it begins
            commitments.extend(member.commitment, until)
    visits = [_fit_in_again(promise, actor, OVERRUN) for promise in _one_a_visit(waiting)]
    for one in visits:
        if one.ending == Ending.RETEAMED and one.moved and not one.new_faces:
            notices.running_late(_fresh(one.promise))
    return Repair((*company, *visits))


def _until_locked(act: Callable[[], Repair]) -> Repair:
    """Begin again when a booking came between the look and the lock: now it is seen."""
    for _n in range(TRIES - 1):
        with suppress(Busy):
            return act()
    return act()


def _away(staff: Staff, until: date, actor: User) -> Repair:
    touched = _lock([staff], sickness.end_of(until))
    by = Actor("staff", actor)
    repaired = tuple(_repair(promise, by, AWAY) for promise in touched)
    return Repair(repaired, sickness.begin(staff=staff, until=until, actor=actor))


def _lock(people: Sequence[Staff], before: datetime) -> list[Promised]:
    """What these people have promised before that moment, under the locks of all it concerns.

    People before visits before escorts, as everywhere; each in order of primary key.
    """
    wanted = {person.pk for person in people} | _concerned(_ahead(people, before))
    staff_locked(wanted)
    found = _ahead(people, before)
    if not _concerned(found) <= wanted:
        raise Busy
    for pk in sorted({promise.visit.pk for promise in found if promise.visit is not None}):
        visit_locked(pk)
    for pk in sorted(promise.escort.pk for promise in found if promise.escort is not None):
        escort_locked(pk)
    return _ahead(people, before)


def _ahead(people: Sequence[Staff], before: datetime) -> list[Promised]:
    """What they have promised and not begun, in order of time."""
    rows = promised_by(people).filter(span__startswith__lt=before)
    found = what_they_are_about(rows.select_related("staff__branch"))
    ahead = [promise for promise in found if promise.can_be_given or _is_errand(promise)]
    return sorted(ahead, key=lambda promise: (promise.starts_at, promise.commitment.pk))


def _is_errand(promise: Promised) -> bool:
    """A talk, or something else that no customer waits for at their door, and not begun."""
    nobody = promise.visit is None and promise.escort is None
    return nobody and promise.commitment.span.lower > clock.now()


def _concerned(promises: Iterable[Promised]) -> set[int]:
    """Whose time may be touched: everybody who could stand in."""
    people: set[int] = set()
    for promise in promises:
        if promise.visit is not None:
            people |= {person.pk for person in who_might_come(promise.visit)}
        elif promise.escort is not None:
            [team] = staff_by_branch([promise.escort.branch]).values()
            people |= {person.pk for person in team}
    return people


def _repair(promise: Promised, actor: Actor, why: str) -> Repaired:
    """A colleague at the same minute, if there is one; otherwise the window, or a phone call."""
    before = _faces(promise)
    # Company is handed over by name: a step that acts by itself leaves that to a person.
    by_name = promise.visit is not None or actor.user is not None
    able = who_can_take(promise) if by_name else []
    if able:
        pass_on(promise, able[0], why, actor)
        rest = [person for person in before if person != promise.commitment.staff]
        after = (able[0], *rest)
        return Repaired(promise, Ending.GIVEN, before, after, promise.starts_at)
    return _fit_in_again(promise, actor, why)


def _fit_in_again(promise: Promised, actor: Actor, why: str) -> Repaired:
    before, away = _faces(promise), promise.commitment.staff
    if promise.visit is not None:
        ill = frozenset({away.pk}) if why == AWAY else frozenset()
        now = _fresh(promise)
        if reteam(visit=now, away=ill, why=why, actor=actor):
            return Repaired(promise, Ending.RETEAMED, before, _team(now), now.starts_at)
    _put_before_a_person(promise, actor, why)
    after = tuple(person for person in before if person != away)
    return Repaired(promise, Ending.AT_RISK, before, after, promise.starts_at)


def _put_before_a_person(promise: Promised, actor: Actor, why: str) -> None:
    """Nobody can keep it: the customer hears so at once, and somebody phones them."""
    commitments.release(promise.commitment)
    about = promise.visit or promise.escort
    branch = about.branch if about is not None else promise.commitment.staff.branch
    subject = about.subject if about is not None else f"commitment:{promise.commitment.pk}"
    key = f"{subject}:at_risk"
    if promise.visit is not None:
        visit = _fresh(promise)
        visit.version += 1
        visit.save(update_fields=["version"])
        record(visit, visit.status, actor, reason=why)
        notices.at_risk(visit)
        key = f"{key}:{visit.version}"
    ask_a_person(
        key=key,
        kind="promise_at_risk",
        subject=subject,
        branch_code=branch.code,
        outcome=why,
    )


def _one_a_visit(promises: Iterable[Promised]) -> list[Promised]:
    """The first of the two promises that a team makes for one visit."""
    first: dict[int, Promised] = {}
    for promise in promises:
        assert promise.visit is not None
        first.setdefault(promise.visit.pk, promise)
    return list(first.values())


def _faces(promise: Promised) -> tuple[Staff, ...]:
    return _team(_fresh(promise)) if promise.visit is not None else (promise.commitment.staff,)


def _fresh(promise: Promised) -> HomeVisit:
    assert promise.visit is not None
    return HomeVisit.objects.select_related("branch", "customer", "service_version").get(
        pk=promise.visit.pk
    )


def _team(visit: HomeVisit) -> tuple[Staff, ...]:
    return tuple(member.staff for member in visit.team.select_related("staff__branch"))
