"""A promise goes to a colleague: same time, same door, another person who can keep it.

Nothing moves for the customer. A team that was announced already is announced anew, with the names
that will stand at the door. Pages ask CHANGE_ROSTER.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import notices
from appointments.availability import staff_by_branch
from appointments.legs import relink_next
from appointments.locks import visit_locked
from appointments.models import HomeVisit, TeamMember, TeamRole
from appointments.reach import serving_branches
from appointments.states import AHEAD, VisitStatus
from appointments.team_days import ASSISTANT, HANDLER, WITNESS, TeamDay, team_days
from appointments.visits import Actor, record
from branches import commitments
from branches.commitments import StaffBusy
from branches.locks import staff_locked
from branches.models import Commitment, CommitmentKind, Staff
from eldercare import bookings
from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation.errors import MoveRefused
from foundation.geography import Place
from foundation.locks import locking
from planning import insertion
from planning.offer import NotProven, Offer

MASKS = {TeamRole.HANDLER: HANDLER, TeamRole.WITNESS: WITNESS}


@dataclass(frozen=True)
class Promised:
    """One promise of a person's time, with what it is about."""

    commitment: Commitment
    visit: HomeVisit | None
    escort: Escort | None

    @property
    def starts_at(self) -> datetime:
        """When the customer is served, not when somebody sets off for it."""
        if self.visit is not None:
            return self.visit.starts_at
        if self.escort is not None and self.escort.booked_for is not None:
            return self.escort.booked_for
        moment: datetime = self.commitment.span.lower
        return moment

    @property
    def can_be_given(self) -> bool:
        """Nobody has set off, nobody is at their side."""
        if self.visit is not None:
            return VisitStatus(self.visit.status) in AHEAD
        return self.escort is not None and self.escort.status == EscortStatus.BOOKED


@dataclass(frozen=True)
class _Task:
    """What it takes to keep a promise in somebody's stead."""

    place: Place
    request: insertion.Request
    kind: CommitmentKind


def what_they_are_about(rows: Iterable[Commitment]) -> list[Promised]:
    """Each promise with its visit or escort: three queries however many."""
    promises = list(rows)
    joined = HomeVisit.objects.select_related("branch", "customer", "service_version")
    members = TeamMember.objects.filter(commitment__in=promises).prefetch_related(
        Prefetch("visit", joined)
    )
    visits = {member.commitment_id: member.visit for member in members}
    escorts = {
        escort.commitment_id: escort
        for escort in Escort.objects.filter(commitment__in=promises).select_related(
            "branch", "customer", "service_version"
        )
    }
    return [Promised(row, visits.get(row.pk), escorts.get(row.pk)) for row in promises]


def who_can_take(promise: Promised) -> list[Staff]:
    """The colleagues who can keep this promise as it stands, those of its own branch first."""
    if not promise.can_be_given:
        return []
    task = _task(promise)
    people = _colleagues(promise)
    [day] = team_days(people, task.place, [timezone.localdate(promise.starts_at)])
    start = day.minute(promise.starts_at)
    return [person for person in people if _proof(day, task, start, person) is not None]


def give_to(*, promise: Promised, to: Staff, reason: str, actor: User) -> None:
    """``to`` keeps the promise from now on, proven under the lock.

    Raises:
        MoveRefused: somebody has set off, or it has been given or moved meanwhile.
        StaffBusy: ``to`` cannot keep it; nothing changes.
    """
    with locking():
        staff_locked([promise.commitment.staff_id, to.pk])
        pass_on(_again(promise), to, reason, Actor("staff", actor))


def pass_on(fresh: Promised, to: Staff, reason: str, actor: Actor) -> None:
    """The same for whoever holds the locks of both people and of the row, and has just read it.

    Raises:
        StaffBusy: ``to`` cannot keep it.
    """
    old = fresh.commitment
    new = _promise_anew(fresh, to)
    if fresh.visit is not None:
        _enter_in_team(fresh.visit, old, to, new, reason, actor)
    elif fresh.escort is not None and actor.user is not None:
        bookings.given_to(
            fresh.escort, assistant=to, commitment=new, reason=reason, actor=actor.user
        )


def _again(promise: Promised) -> Promised:
    """The promise as it is now, its row locked after its people."""
    commitment = Commitment.objects.live().filter(pk=promise.commitment.pk).first()
    visit = visit_locked(promise.visit.pk) if promise.visit is not None else None
    escort = escort_locked(promise.escort.pk) if promise.escort is not None else None
    if commitment is None:
        raise MoveRefused
    fresh = Promised(commitment, visit, escort)
    if not fresh.can_be_given:
        raise MoveRefused
    return fresh


def _promise_anew(promise: Promised, to: Staff) -> Commitment:
    """Free the one, bind the other; what either does before and after stays possible."""
    old, task = promise.commitment, _task(promise)
    commitments.withdraw(old)
    relink_next(old.staff, old.span.upper)
    [day] = team_days([to], task.place, [timezone.localdate(promise.starts_at)])
    able = to.pk in {person.pk for person in _colleagues(promise)}
    proof = _proof(day, task, day.minute(promise.starts_at), to) if able else None
    if proof is None:
        raise StaffBusy(_("This colleague cannot keep it. Please choose somebody else."))
    [leg] = proof.legs
    if leg.shift is not None:
        commitments.set_out_at(leg.shift.key, day.moment(leg.shift.departs))
    return commitments.promise(
        staff=to,
        kind=task.kind,
        start=day.moment(leg.departs),
        end=day.moment(leg.ends),
        place=task.place,
        arrives_at=day.moment(leg.arrives),
    )


def _enter_in_team(
    visit: HomeVisit, old: Commitment, to: Staff, new: Commitment, reason: str, actor: Actor
) -> None:
    member = visit.team.get(commitment=old)
    member.staff, member.commitment = to, new
    member.save(update_fields=["staff", "commitment"])
    visit.version += 1
    visit.save(update_fields=["version"])
    record(visit, visit.status, actor, reason=reason)
    if visit.status == VisitStatus.PLANNED:
        notices.announced(visit)


def _task(promise: Promised) -> _Task:
    if promise.visit is not None:
        visit = promise.visit
        role = TeamRole(visit.team.get(commitment=promise.commitment).role)
        request = insertion.Request(
            place=0,
            duration=visit.minutes,
            roles=(MASKS[role],),
            setup=settings.NUANBAN_VISIT_SETUP_MINUTES,
            leave=settings.NUANBAN_VISIT_LEAVE_MINUTES,
        )
        return _Task((visit.latitude, visit.longitude), request, CommitmentKind.VISIT)
    if promise.escort is None:
        raise MoveRefused
    branch = promise.escort.branch
    request = insertion.Request(
        place=0, duration=promise.escort.service_version.minutes, roles=(ASSISTANT,)
    )
    return _Task((branch.latitude, branch.longitude), request, CommitmentKind.ESCORT)


def _colleagues(promise: Promised) -> Sequence[Staff]:
    """Who might go at all: not whoever gives it away, nor whoever goes already."""
    if promise.visit is not None:
        visit = promise.visit
        door = (visit.latitude, visit.longitude)
        people = staff_by_branch(serving_branches(visit.branch, door))
        taken = {member.staff_id for member in visit.team.all()}
    elif promise.escort is not None:
        people = staff_by_branch([promise.escort.branch])
        taken = {promise.commitment.staff_id}
    else:
        return []
    return [one for team in people.values() for one in team if one.pk not in taken]


def _proof(day: TeamDay, task: _Task, start: int, person: Staff) -> Offer | None:
    try:
        return insertion.prove(day.day, task.request, start, [person.pk])
    except NotProven:
        return None
