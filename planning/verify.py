"""Is a plan true? Checked on the problem itself, from the definition, with nothing of the search.

``planning.check`` does the same for the public files; this one knows rosters, promises, hard
windows and who may do what. The product asks it before any row is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from planning.day import Person
from planning.problem import Problem, Visit
from planning.result import Result, Route, Stop
from planning.slots import merged

SLACK = 1e-6
"""Minutes of rounding forgiven."""


def faults(problem: Problem, result: Result) -> tuple[str, ...]:
    """Everything that is wrong with a plan, in words; empty if it keeps every rule.

    A visit left out is no fault if ``result.left_out`` says so, or if it has a price.
    """
    checks = (_routes, _visits, _promises, _cost)
    return tuple(fault for look in checks for fault in look(problem, result))


def _routes(problem: Problem, result: Result) -> Iterator[str]:
    people = {person.id: person for person in problem.people}
    for name, times in Counter(route.person for route in result.routes).items():
        if name not in people:
            yield f"person {name}: not in the problem"
        if times > 1:
            yield f"person {name}: {times} routes"
    for route in result.routes:
        if route.person in people:
            yield from _route(problem, people[route.person], route)


def _route(problem: Problem, person: Person, route: Route) -> Iterator[str]:
    """One person's day: roles, journeys, roster, breaks and promises."""
    visits = {visit.id: visit for visit in problem.visits}
    promises = {promise.key: promise for promise in person.promises}
    place: int | None = person.start_place
    free: float = min((start for start, _ in person.spans), default=0)
    for stop in route.stops:
        if stop.visit < 0:
            promise = promises.get(-1 - stop.visit)
            if promise is None or abs(stop.start - promise.arrives) > SLACK:
                yield f"person {person.id}: promise {-1 - stop.visit} is moved or unknown"
                continue
            there, begin, end = promise.place, stop.start, stop.end
        elif (visit := visits.get(stop.visit)) is None or stop.task >= len(visit.tasks):
            yield f"person {person.id}: visit {stop.visit} has no task {stop.task + 1}"
            continue
        else:
            yield from _may(person, visit, stop)
            there, begin, end = visit.place, stop.start - visit.setup, stop.end + visit.leave
        leg = 0.0 if place is None or there is None else float(problem.travel[place, there])
        yield from _in_time(person, stop, free, (begin - leg, begin, end))
        place, free = there, end
    if person.end_place is not None and route.stops and place is not None:
        home = free + float(problem.travel[place, person.end_place])
        if home > max((end for _, end in _roster(person)), default=0) + SLACK:
            yield f"person {person.id}: is back at {home:g}, after the last span"


def _roster(person: Person) -> list[tuple[int, int]]:
    """Spans, with the overtime that located promises have already taken."""
    overtime = [(p.leaves, p.ends) for p in person.promises if p.place is not None]
    return merged((*person.spans, *overtime))


def _in_time(
    person: Person, stop: Stop, free: float, times: tuple[float, float, float]
) -> Iterator[str]:
    """Whether journey and stay fit between the stop before and the roster's limits."""
    leaves, begin, end = times
    if leaves < free - SLACK:
        yield f"person {person.id}: cannot be at visit {stop.visit} at {begin:g}"
    if stop.visit < 0:
        return
    spans = _roster(person)
    if not any(start <= leaves + SLACK and end <= close + SLACK for start, close in spans):
        yield f"person {person.id}: visit {stop.visit} and its journey leave the roster"
    for pause in person.promises:
        if pause.place is None and leaves < pause.ends - SLACK and end > pause.arrives + SLACK:
            yield f"person {person.id}: visit {stop.visit} runs into a break"


def _may(person: Person, visit: Visit, stop: Stop) -> Iterator[str]:
    task = visit.tasks[stop.task]
    if person.roles & task.role != task.role:
        yield f"person {person.id}: lacks the role for visit {visit.id}"
    if task.only is not None and person.id not in task.only:
        yield f"person {person.id}: is not wanted at visit {visit.id}"


def _visits(problem: Problem, result: Result) -> Iterator[str]:
    """Each visit: all its tasks once, by different people, in its window and in step."""
    served: dict[int, list[tuple[Stop, int]]] = {}
    for route in result.routes:
        for stop in route.stops:
            served.setdefault(stop.visit, []).append((stop, route.person))
    said = {left.visit for left in result.left_out}
    for visit in problem.visits:
        found = sorted(served.get(visit.id, []), key=lambda pair: pair[0].task)
        if not found:
            if visit.id not in said:
                yield f"visit {visit.id}: is left out and nobody says so"
            continue
        if visit.id in said:
            yield f"visit {visit.id}: is said to be left out and is served"
        if [stop.task for stop, _ in found] != list(range(len(visit.tasks))):
            yield f"visit {visit.id}: its tasks are not done once each"
            continue
        if len({person for _, person in found}) != len(found):
            yield f"visit {visit.id}: one person comes twice"
        yield from _times(visit, [stop for stop, _ in found])


def _promises(problem: Problem, result: Result) -> Iterator[str]:
    """Whoever has promised something does it; the stop itself is checked with the route."""
    said = {left.visit for left in result.left_out}
    kept = {(route.person, stop.visit) for route in result.routes for stop in route.stops}
    for person in problem.people:
        for promise in person.promises:
            name = -1 - promise.key
            if promise.place is None or name in said:
                continue
            if (person.id, name) not in kept:
                yield f"person {person.id}: promise {promise.key} is broken"


def _times(visit: Visit, stops: list[Stop]) -> Iterator[str]:
    for stop in stops:
        if stop.start < visit.earliest - SLACK:
            yield f"visit {visit.id}: starts at {stop.start:g}, before its window"
        if visit.hard and stop.start > visit.latest + SLACK:
            yield f"visit {visit.id}: starts at {stop.start:g}, after its window"
        if abs(stop.end - stop.start - visit.tasks[stop.task].duration) > SLACK:
            yield f"visit {visit.id}: task {stop.task + 1} has the wrong duration"
    if len(stops) == 2:
        apart = stops[1].start - stops[0].start
        if not visit.gap[0] - SLACK <= apart <= visit.gap[1] + SLACK:
            yield f"visit {visit.id}: its tasks start {apart:g} apart"


def _cost(problem: Problem, result: Result) -> Iterator[str]:
    """The cost as stated against the cost counted anew."""
    visits = {visit.id: visit for visit in problem.visits}
    people = {person.id: person for person in problem.people}
    travel = tastes = 0.0
    late = [0.0]
    for route in result.routes:
        person = people[route.person]
        places: list[int | None] = [person.start_place]
        for stop in route.stops:
            if stop.visit < 0:
                places.append(next(p.place for p in person.promises if p.key == -1 - stop.visit))
                continue
            visit = visits[stop.visit]
            places.append(visit.place)
            tastes += visit.tasks[stop.task].tastes.get(person.id, 0.0)
            if not visit.hard:
                late.append(max(0.0, stop.start - visit.latest))
        places.append(person.end_place)
        legs = pairwise(places)
        travel += sum(
            float(problem.travel[a, b]) for a, b in legs if a is not None and b is not None
        )
    prices = sum(visits[v.visit].price or 0.0 for v in result.left_out if v.visit in visits)
    weights = problem.weights
    total = weights.travel * travel + weights.lateness * sum(late) + weights.worst * max(late)
    total += tastes + prices
    if abs(total - result.cost.total) > 1e-4 * max(1.0, abs(total)):
        yield f"the cost is {total:.4f}, not {result.cost.total:.4f}"
