"""From the earliest possible minutes to those that people can say, and have been told.

A search starts everything as early as it can. Here each visit keeps the minute that was planned
before, if it still can; else it moves to a round one (9:15, not 9:13). Who goes where in which
order stays as it was found, and so does the cost: windows are hard, waiting is free.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from planning.day import Person
from planning.problem import Problem, Visit
from planning.result import Result, Route, Stop
from planning.slots import merged

ROUND = 5
FAR = 24 * 60 * 10


@dataclass(frozen=True)
class _Seat:
    """A stop in somebody's day, with the journeys around it in minutes."""

    person: Person
    before: Stop | None
    stop: Stop
    after: Stop | None
    way_in: float
    way_on: float


def with_kept_minutes(problem: Problem, plan: Result, planned: Mapping[int, float]) -> Result:
    """The same routes at the minutes planned before, where they can be kept.

    Parameters
    ----------
    planned : mapping of visit id to float
        Minute of the start as it was planned before.
    """
    visits = {visit.id: visit for visit in problem.visits}
    seats = _seats(problem, plan, visits)
    earliest = {stop.visit: stop.start for route in plan.routes for stop in route.stops}
    order = sorted((pk for pk in earliest if pk in visits), key=lambda pk: (earliest[pk], pk))
    latest: dict[int, float] = {}
    for pk in reversed(order):
        latest[pk] = min(_latest(seat, visits[pk], latest, visits) for seat in seats[pk])
    starts: dict[int, float] = {}
    for pk in order:
        first = max(earliest[pk], *(_first(seat, visits[pk], starts, visits) for seat in seats[pk]))
        starts[pk] = _chosen(first, latest[pk], planned.get(pk))
    routes = tuple(
        Route(route.person, tuple(_moved(stop, starts) for stop in route.stops))
        for route in plan.routes
    )
    return replace(plan, routes=routes)


def _chosen(first: float, last: float, planned: float | None) -> float:
    if planned is not None and first <= planned <= last:
        return planned
    rounded = -(-first // ROUND) * ROUND
    return rounded if rounded <= last else first


def _moved(stop: Stop, starts: Mapping[int, float]) -> Stop:
    if stop.visit not in starts:
        return stop
    start = starts[stop.visit]
    return replace(stop, start=start, end=start + stop.end - stop.start)


def _seats(problem: Problem, plan: Result, visits: Mapping[int, Visit]) -> dict[int, list[_Seat]]:
    """For each visit its one or two stops, each between what comes before and after it."""
    people = {person.id: person for person in problem.people}
    found: dict[int, list[_Seat]] = {}
    for route in plan.routes:
        person = people[route.person]
        keys = {-1 - promise.key: promise.place for promise in person.promises}
        places = [
            person.start_place,
            *(visits[s.visit].place if s.visit in visits else keys[s.visit] for s in route.stops),
            person.end_place,
        ]
        ways = [
            0.0 if a is None or b is None else float(problem.travel[a, b])
            for a, b in pairwise(places)
        ]
        stops = [None, *route.stops, None]
        for n, stop in enumerate(route.stops):
            if stop.visit in visits:
                seat = _Seat(person, stops[n], stop, stops[n + 2], ways[n], ways[n + 1])
                found.setdefault(stop.visit, []).append(seat)
    return found


def _latest(
    seat: _Seat, visit: Visit, latest: Mapping[int, float], visits: Mapping[int, Visit]
) -> float:
    """Last start that moves nothing that comes after: next stop, break, roster, way home."""
    stay = seat.stop.end - seat.stop.start + visit.leave
    begin, end = seat.stop.start - visit.setup - seat.way_in, seat.stop.start + stay
    spans = merged(
        (
            *seat.person.spans,
            *((p.leaves, p.ends) for p in seat.person.promises if p.place is not None),
        )
    )
    closes = next((b for a, b in spans if a <= begin + 1e-6 and end <= b + 1e-6), end)
    limits = [visit.latest, closes - stay]
    limits += [
        pause.arrives - stay
        for pause in seat.person.promises
        if pause.place is None and pause.arrives >= end - 1e-6
    ]
    if seat.after is None:
        limits.append(max((b for _, b in spans), default=FAR) - seat.way_on - stay)
    else:
        following = visits.get(seat.after.visit)
        onward = seat.after.start if following is None else latest[seat.after.visit]
        onward -= following.setup if following is not None else 0.0
        limits.append(onward - seat.way_on - stay)
    return min(limits)


def _first(
    seat: _Seat, visit: Visit, starts: Mapping[int, float], visits: Mapping[int, Visit]
) -> float:
    """First start after the stop before it, as that is planned now."""
    if seat.before is None or seat.before.visit not in starts:
        return seat.stop.start
    before = visits[seat.before.visit]
    gone = starts[seat.before.visit] + seat.before.end - seat.before.start + before.leave
    return gone + seat.way_in + visit.setup
