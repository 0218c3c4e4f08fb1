"""The adapter between rows and the planner for a whole day: one region's home visits as a problem.

What is under way, held, or promised to others stands as it is. What may still be planned is every
visit ahead whose two people are free to be changed, within the window that was promised; and every
visit that has lost somebody, which is worth a great deal to serve again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

import numpy as np
from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import Region
from appointments import travel
from appointments.booking import ROLES
from appointments.models import HomeVisit, TeamMember, TeamRole
from appointments.reach import nearest_first
from appointments.restaffing import MASKS
from appointments.states import AHEAD, VisitStatus
from appointments.team_days import Places, TeamDays
from branches.models import Branch, Commitment, Staff
from branches.queries import Duty, live_commitments, local_moment
from foundation.geography import Place
from planning.day import Person
from planning.problem import Problem, Task, Visit
from planning.result import Cost, LeftOut, Result, Route, Stop

# Minutes of travel that each of these is worth.
FAMILIAR = 5.0
"""Somebody comes who has been in this home before."""
NEW_NAME = 60.0
"""Somebody comes whose name the customer was not told."""
SERVED_AGAIN = 2000.0
"""A visit that has lost somebody is made after all."""


@dataclass(frozen=True, eq=False)
class RegionDay:
    """What may be planned of one day, and how it stands.

    ``now`` is the plan as it is promised, in the planner's words; its stops are visits by primary
    key and promises by that of their commitment. ``visits`` are those that may be planned.
    """

    region: Region
    day: date
    as_of: datetime
    problem: Problem
    places: tuple[Place, ...]
    staff: Mapping[int, Staff]
    visits: Mapping[int, HomeVisit]
    now: Result
    fingerprint: str

    def moment(self, minute: float) -> datetime:
        """A minute of this day as a moment."""
        return local_moment(self.day, time.min) + timedelta(minutes=minute)

    def minute(self, moment: datetime) -> int:
        """A moment as whole minutes since this day's midnight."""
        return minute_of(self.day, moment)

    def without(self, absent: Staff) -> Problem:
        """The same day if somebody were away; their promises go with them."""
        here = [person for person in self.problem.people if person.id != absent.pk]
        return Problem(here, self.problem.visits, self.problem.travel, self.problem.weights)


def minute_of(day: date, moment: datetime) -> int:
    """A moment as whole minutes since a day's midnight."""
    return int((moment - local_moment(day, time.min)).total_seconds() // 60)


def visits_of(region: Region, day: date) -> list[HomeVisit]:
    """The visits for which a region's people have promised their time that day, in order of time.

    Five queries however many.
    """
    first = local_moment(day, time.min)
    team = TeamMember.objects.select_related("commitment", "staff__branch")
    return list(
        HomeVisit.objects.live()
        .filter(
            branch__region=region, starts_at__gte=first, starts_at__lt=first + timedelta(days=1)
        )
        .select_related("branch", "customer__branch", "service_version")
        .prefetch_related(Prefetch("team", team))
        .order_by("starts_at", "pk")
    )


def read_day(region: Region, day: date, as_of: datetime) -> RegionDay:
    """One region's day as it stands in the rows; a dozen queries however many people and visits.

    Parameters
    ----------
    as_of : datetime
        Nobody is asked to set off before; who sets off before it goes as promised.
    """
    branches = list(Branch.objects.filter(region=region, is_active=True).order_by("pk"))
    staff = list(
        Staff.objects.active().filter(branch__in=branches).select_related("branch").order_by("pk")
    )
    visits = _to_plan(visits_of(region, day), Duty(staff, day, day), as_of)
    freed = [m.commitment_id for visit in visits if _whole(visit) for m in visit.team.all()]
    places = Places()
    read = TeamDays(staff, [day], without=freed, from_now=as_of)
    people = [_from(person, minute_of(day, as_of)) for person in read.people(staff, day, places)]
    familiar = _familiar(visits)
    asked = [
        _asked(visit, day, as_of, places, _who_may(visit, branches, staff), familiar)
        for visit in visits
    ]
    problem = Problem(people, asked, travel.table(places.known).astype(np.float64))
    now = _as_promised(problem, visits, day)
    return RegionDay(
        region=region,
        day=day,
        as_of=as_of,
        problem=problem,
        places=tuple(places.known),
        staff={person.pk: person for person in staff},
        visits={visit.pk: visit for visit in visits},
        now=now,
        fingerprint=_fingerprint(problem, places.known, visits, now),
    )


def _from(person: Person, minute: int) -> Person:
    """Somebody's day from a minute on: what they have set off for by then is where they begin."""
    begun = [promise for promise in person.promises if promise.leaves < minute]
    if not begun:
        return person
    free = max(promise.ends for promise in begun)
    located = [promise for promise in begun if promise.place is not None]
    last = max(located, key=lambda promise: promise.ends, default=None)
    here = person.start_place if last is None or last.place is None else last.place
    return replace(
        person,
        spans=tuple((max(start, free), end) for start, end in person.spans if free < end),
        start_place=here,
        promises=tuple(promise for promise in person.promises if promise.leaves >= minute),
    )


def promises_of(day: RegionDay, people: Iterable[int]) -> dict[int, list[Commitment]]:
    """Live commitments of these people on that day, in order of time."""
    first = local_moment(day.day, time.min)
    staff = [day.staff[pk] for pk in people]
    return live_commitments(staff, first, first + timedelta(days=1))


def costed(
    problem: Problem, routes: Sequence[Route], left_out: Sequence[LeftOut], steps: int = 0
) -> Result:
    """Routes as a plan, with what they cost: journeys, tastes, and what is left out."""
    visits = {visit.id: visit for visit in problem.visits}
    people = {person.id: person for person in problem.people}
    travelled = tastes = 0.0
    for route in routes:
        person = people[route.person]
        spots = [
            spot for stop in route.stops if (spot := place_of(person, visits, stop)) is not None
        ]
        for a, b in _legs(person, spots):
            travelled += float(problem.travel[a, b])
        for stop in route.stops:
            if stop.visit >= 0:
                task = visits[stop.visit].tasks[stop.task]
                tastes += task.tastes.get(person.id, 0.0)
    prices = sum(visits[left.visit].price or 0.0 for left in left_out if left.visit in visits)
    total = problem.weights.travel * travelled + tastes + prices
    cost = Cost(travelled, 0.0, 0.0, tastes, prices, total)
    return Result(tuple(routes), cost, tuple(left_out), steps, 0.0, ())


def place_of(person: Person, visits: Mapping[int, Visit], stop: Stop) -> int | None:
    """Row of the place of a stop; None for a promise that is kept anywhere."""
    if stop.visit >= 0:
        return visits[stop.visit].place
    return next(p.place for p in person.promises if p.key == -1 - stop.visit)


def _legs(person: Person, spots: Sequence[int]) -> Iterable[tuple[int, int]]:
    ends = [] if person.end_place is None else [person.end_place]
    return zip([person.start_place, *spots], [*spots, *ends], strict=False)


def asked_roles(visit: HomeVisit) -> tuple[TeamRole, ...]:
    """The roles that a plan looks for: both, or those of whoever cannot come."""
    gone = {
        TeamRole(member.role)
        for member in visit.team.all()
        if member.commitment.released_at is not None
    }
    return tuple(role for role in ROLES if role in gone or not gone)


def _whole(visit: HomeVisit) -> bool:
    return all(member.commitment.released_at is None for member in visit.team.all())


def _to_plan(visits: Iterable[HomeVisit], duty: Duty, as_of: datetime) -> list[HomeVisit]:
    """The visits ahead that are the plan's to change, or to save.

    A team that is not on duty (its day has closed) is for others to speak about.
    """

    def may_be_planned(visit: HomeVisit) -> bool:
        if not _whole(visit):
            return bool(visit.window.upper > as_of)
        return all(_is_free(member, duty, as_of) for member in visit.team.all())

    return [visit for visit in visits if visit.status in AHEAD and may_be_planned(visit)]


def _is_free(member: TeamMember, duty: Duty, as_of: datetime) -> bool:
    span = member.commitment.span
    if not member.staff.is_active:
        return False
    hours = duty.span(member.staff, timezone.localdate(span.lower))
    able = member.staff.can_handle if member.role == TeamRole.HANDLER else member.staff.can_witness
    on_duty = hours is not None and hours[0] <= span.lower and span.upper <= hours[1]
    return bool(on_duty and able and span.lower >= as_of)


def _familiar(visits: Sequence[HomeVisit]) -> dict[int, set[int]]:
    """Who has been in each of these customers' homes before."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = TeamMember.objects.filter(
        visit__customer__in=[visit.customer_id for visit in visits],
        visit__status=VisitStatus.DONE,
    )
    for customer, person in rows.values_list("visit__customer", "staff").distinct():
        found[customer].add(person)
    return found


def _who_may(
    visit: HomeVisit, branches: Sequence[Branch], staff: Sequence[Staff]
) -> frozenset[int]:
    """The people of the branches that serve this customer, and the team that was promised."""
    door = (visit.latitude, visit.longitude)
    near = {branch.pk for branch in nearest_first(visit.customer.branch, door, branches)}
    team = {member.staff_id: member for member in visit.team.all()}
    gone = {pk for pk, member in team.items() if member.commitment.released_at is not None}
    return frozenset(
        person.pk
        for person in staff
        if person.pk not in gone and (person.branch_id in near or person.pk in team)
    )


def _asked(
    visit: HomeVisit,
    day: date,
    as_of: datetime,
    places: Places,
    may_come: frozenset[int],
    familiar: Mapping[int, set[int]],
) -> Visit:
    """One visit in the planner's words.

    When one of the two still stands, only the other role is asked for, at the very same minute.
    """
    whole, wanted = _whole(visit), asked_roles(visit)
    standing = [m.staff_id for m in visit.team.all() if TeamRole(m.role) not in wanted]
    may = may_come - frozenset(standing)
    earliest = max(minute_of(day, visit.window.lower), minute_of(day, as_of))
    latest = minute_of(day, visit.window.upper) - 1
    if standing:
        earliest = latest = minute_of(day, visit.starts_at)
    tastes = _tastes(visit, may, familiar.get(visit.customer_id, set()))
    return Visit(
        id=visit.pk,
        place=places.row((visit.latitude, visit.longitude)),
        tasks=tuple(Task(MASKS[role], visit.minutes, may, tastes) for role in wanted),
        earliest=max(0, min(earliest, latest)),
        latest=latest,
        setup=settings.NUANBAN_VISIT_SETUP_MINUTES,
        leave=settings.NUANBAN_VISIT_LEAVE_MINUTES,
        price=None if whole else SERVED_AGAIN,
    )


def _tastes(visit: HomeVisit, may: frozenset[int], familiar: set[int]) -> dict[int, float]:
    """What sending each of them costs beside the journey, in minutes of travel."""
    found = dict.fromkeys(familiar & may, -FAMILIAR)
    if visit.status == VisitStatus.PLANNED:
        announced = {member.staff_id for member in visit.team.all()}
        for pk in may - announced:
            found[pk] = found.get(pk, 0.0) + NEW_NAME
    return found


def _as_promised(problem: Problem, visits: Sequence[HomeVisit], day: date) -> Result:
    """The plan as the rows have it, at the minutes that were planned."""
    stops: dict[int, list[Stop]] = defaultdict(list)
    for person in problem.people:
        for promise in person.promises:
            if promise.place is not None:
                stop = Stop(-1 - promise.key, 0, promise.arrives, promise.ends)
                stops[person.id].append(stop)
    left = []
    for visit in visits:
        if not _whole(visit):
            left.append(LeftOut(visit.pk, "team_incomplete", "somebody of its team is away", False))
            continue
        start = minute_of(day, visit.starts_at)
        for member in visit.team.all():
            rank = ROLES.index(TeamRole(member.role))
            stops[member.staff_id].append(Stop(visit.pk, rank, start, start + visit.minutes))
    routes = [
        Route(person.id, tuple(sorted(stops[person.id], key=lambda stop: stop.start)))
        for person in problem.people
    ]
    return costed(problem, routes, left)


def _fingerprint(
    problem: Problem, places: Sequence[Place], visits: Sequence[HomeVisit], now: Result
) -> str:
    """Stands for all that a plan was made from: the same, and the plan still fits."""
    asked = [
        (
            visit.id,
            (visit.place, visit.earliest, visit.latest, visit.setup, visit.leave, visit.price),
            [
                (task.role, task.duration, sorted(task.only or ()), sorted(task.tastes.items()))
                for task in visit.tasks
            ],
        )
        for visit in problem.visits
    ]
    rows = [(visit.pk, visit.version, visit.status) for visit in visits]
    whole = (places, problem.people, asked, rows, now.routes, problem.travel.tobytes())
    return sha256(repr(whole).encode()).hexdigest()
