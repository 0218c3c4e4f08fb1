"""A better plan takes the place of the one that stands, in one transaction or not at all.

People before visits, as everywhere. Under the locks the day is read again: when anything that the
plan was made from has changed, or a rule would be broken on the real minutes, nothing is written.
The window that was promised never moves; who comes and the minute within the window may.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from appointments import timetable, visits
from appointments.day_problem import RegionDay, asked_roles, place_of, promises_of, read_day
from appointments.locks import day_plan_locked, plan_run_locked, visit_locked
from appointments.models import DayPlan, HomeVisit, PlanRun, PlanSource, TeamMember, TeamRole, Wish
from appointments.plan_story import served
from appointments.reteaming import tell_of_team
from appointments.states import DayPlanStatus, PlanRunStatus
from appointments.visits import Actor
from branches import commitments
from branches.locks import staff_locked
from branches.models import Commitment, CommitmentKind
from foundation import clock
from foundation.errors import DomainError, ErrorCode, MoveRefused
from foundation.locks import locking
from planning.result import Result, Route, Stop
from planning.verify import faults
from workflow.due_steps import settle_all

PLANNED_ANEW = "the day was planned anew"
LEAST_GAIN = 5.0
"""Minutes of travel, weighed, that a plan must save: people's days are not turned over for less."""

Finish = Callable[[PlanRun, DayPlan], None]


class PlanStale(DomainError):
    """What the plan was made from has changed meanwhile."""

    code = ErrorCode.STALE
    http_status = 409
    default_message = _("Something has changed meanwhile, so nothing was adopted.")


class PlanFaulty(DomainError):
    """The checker has found a rule that this plan would break. ``data["faults"]`` says which."""

    code = ErrorCode.STALE
    http_status = 409
    default_message = _("The plan found would break a rule, so nothing was adopted.")


def is_better(day: RegionDay, plan: Result) -> bool:
    """Whether a plan keeps all that is kept, and is worth changing people's days for.

    What is promised now may have become untrue (roads are reckoned anew): then any true plan is.
    """
    if not served(day.now) <= served(plan):
        return False
    if faults(day.problem, day.now):
        return True
    return plan.cost.total <= day.now.cost.total - LEAST_GAIN


def adopt(run: PlanRun, day: RegionDay, plan: Result, finish: Finish) -> None:
    """Write a plan into the rows; ``finish`` ends the run in the same transaction.

    Raises:
        MoveRefused: the run was stopped.
        PlanStale: the day is not as it was read, or was frozen.
        PlanFaulty: a rule would be broken.
        StaffBusy, Busy: somebody's time was taken in spite of all.
    """
    seats = [seat for seat in _seats(day, plan) if seat.is_new]
    touched = _touched(day, plan)
    with locking():
        row = plan_run_locked(run.pk)
        if row.status != PlanRunStatus.RUNNING:
            raise MoveRefused
        staff_locked(touched)
        commitments.release_expired_holds(touched)
        for pk in sorted({seat.visit for seat in seats}):
            visit_locked(pk)
        head = day_plan_locked(run.plan_id)
        _check(row, head, day, plan)
        fresh = read_day(day.region, day.day, day.as_of)
        if fresh.fingerprint != day.fingerprint:
            raise PlanStale
        wrong = faults(fresh.problem, plan)
        if wrong:
            raise PlanFaulty(data={"faults": list(wrong[:5])})
        _write(fresh, plan, _actor(row))
        finish(row, head)


@dataclass(frozen=True)
class _Seat:
    """One person's part of one visit in the plan, and the commitment it takes the place of."""

    visit: int
    role: TeamRole
    person: int
    stop: Stop
    is_new: bool


def _check(run: PlanRun, head: DayPlan, day: RegionDay, plan: Result) -> None:
    frozen = head.status == DayPlanStatus.FROZEN and run.source != PlanSource.ASKED
    saves = served(plan) - served(day.now)
    if (frozen and not saves) or day.as_of < clock.now():
        raise PlanStale


def _actor(run: PlanRun) -> Actor:
    return Actor("staff", run.asked_by) if run.asked_by is not None else visits.SYSTEM


def _seats(day: RegionDay, plan: Result) -> Iterator[_Seat]:
    """Every part of every visit that the plan serves."""
    before = {
        (stop.visit, stop.task): (route.person, stop.start)
        for route in day.now.routes
        for stop in route.stops
    }
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit >= 0:
                role = asked_roles(day.visits[stop.visit])[stop.task]
                same = before.get((stop.visit, stop.task)) == (route.person, stop.start)
                yield _Seat(stop.visit, role, route.person, stop, not same)


def _touched(day: RegionDay, plan: Result) -> set[int]:
    """Everybody whose day is not as it was."""
    before = {route.person: route.stops for route in day.now.routes}
    return {route.person for route in plan.routes if route.stops != before[route.person]}


def _write(day: RegionDay, plan: Result, actor: Actor) -> None:
    """Time given back, journeys reckoned again, time promised anew, and the visits' own rows."""
    seats = [seat for seat in _seats(day, plan) if seat.is_new]
    members = {
        (member.visit_id, TeamRole(member.role)): member
        for visit in day.visits.values()
        for member in visit.team.all()
    }
    known = {pk: {m.staff_id for m in day.visits[pk].team.all()} for pk in _visits_of(seats)}
    with commitments.rearranging():
        old = [members[seat.visit, seat.role] for seat in seats]
        commitments.give_back(member.commitment_id for member in old)
        TeamMember.objects.filter(pk__in=[member.pk for member in old]).delete()
        departures = _departures(day, plan)
        _set_out_anew(day, plan, departures)
        _promise(day, seats, departures)
    changed = HomeVisit.objects.select_related("branch", "customer", "service_version")
    team = TeamMember.objects.select_related("staff__branch")
    starts = {seat.visit: seat.stop.start for seat in seats}
    for visit in changed.filter(pk__in=starts).prefetch_related(Prefetch("team", team)):
        visit.starts_at = day.moment(starts[visit.pk])
        _enter(day, visit, actor, known[visit.pk])
    if seats:
        Wish.objects.look_again(day.visits[seats[0].visit].branch)


def _visits_of(seats: list[_Seat]) -> list[int]:
    return sorted({seat.visit for seat in seats})


def _promise(
    day: RegionDay, seats: list[_Seat], departures: Mapping[tuple[int, int], float]
) -> None:
    """Two people's time for each visit that is not as it was, and their names in its team."""
    asked = {visit.id: visit for visit in day.problem.visits}
    rows = commitments.promise_all(
        Commitment(
            staff=day.staff[seat.person],
            kind=CommitmentKind.VISIT,
            span=TimestamptzRange(
                day.moment(departures[seat.person, seat.visit]),
                day.moment(seat.stop.end + asked[seat.visit].leave),
                "[)",
            ),
            latitude=day.visits[seat.visit].latitude,
            longitude=day.visits[seat.visit].longitude,
            arrives_at=day.moment(seat.stop.start - asked[seat.visit].setup),
        )
        for seat in seats
    )
    TeamMember.objects.bulk_create(
        TeamMember(visit_id=seat.visit, role=seat.role, staff_id=seat.person, commitment=row)
        for seat, row in zip(seats, rows, strict=True)
    )


def _enter(day: RegionDay, visit: HomeVisit, actor: Actor, known: set[int]) -> None:
    """The visit's own row, its due steps, its event, and whoever must hear of it."""
    branches = [member.staff.branch for member in visit.team.all()]
    if visit.branch not in branches:
        visit.branch = branches[0]
    visit.version += 1
    visit.save(update_fields=["starts_at", "branch", "version"])
    timetable.lay_out_again(visit)
    visits.record(visit, visit.status, actor, reason=PLANNED_ANEW)
    tell_of_team(visit, known)
    if visit.pk not in served(day.now):
        settle_all(subject=visit.subject, kinds=["promise_at_risk"], outcome=PLANNED_ANEW)


def _departures(day: RegionDay, plan: Result) -> dict[tuple[int, int], float]:
    """By person and stop: the minute at which they set out for it."""
    visits_by_id = {visit.id: visit for visit in day.problem.visits}
    people = {person.id: person for person in day.problem.people}
    found: dict[tuple[int, int], float] = {}
    for route in plan.routes:
        person = people[route.person]
        here: int | None = person.start_place
        for stop in route.stops:
            there = place_of(person, visits_by_id, stop)
            setup = visits_by_id[stop.visit].setup if stop.visit >= 0 else 0.0
            leg = 0.0 if here is None or there is None else day.problem.travel[here, there]
            found[route.person, stop.visit] = stop.start - setup - float(leg)
            here = there
    return found


def _set_out_anew(
    day: RegionDay, plan: Result, departures: Mapping[tuple[int, int], float]
) -> None:
    """What stays as it is, and is reached from elsewhere now: its journey is another one."""
    touched = _touched(day, plan)
    rows = promises_of(day, touched)
    planned = {m.commitment_id: pk for pk, visit in day.visits.items() for m in visit.team.all()}
    before = {route.person: _comes_after(route) for route in day.now.routes}
    for route in plan.routes:
        if route.person not in touched:
            continue
        after = _comes_after(route)
        for row in rows.get(route.person, []):
            stop = planned.get(row.pk, -1 - row.pk)
            moved = after.get(stop) != before[route.person].get(stop)
            if stop in after and moved and row.arrives_at is not None:
                commitments.set_out_at(row.pk, day.moment(departures[route.person, stop]))


def _comes_after(route: Route) -> dict[int, int | None]:
    """For each stop of somebody's day, the one before it."""
    stops = [None, *(stop.visit for stop in route.stops)]
    return {there: here for here, there in pairwise(stops) if there is not None}
