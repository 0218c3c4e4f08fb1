"""A plan in numbers and codes that outlive the search: what a run keeps in its row.

No names and no doors: primary keys, minutes of the day, and the planner's own codes. Pages put them
into words.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from appointments import travel
from appointments.day_problem import RegionDay
from planning.compare import Crew, Times, compare
from planning.problem import Problem
from planning.result import Cost, LeftOut, Result, Route, Stop

if TYPE_CHECKING:
    from planning.explain import Part

Json = dict[str, Any]
# Looking for what would have to give takes its time; nobody reads more than these.
MOST_WAYS = 12
SLACK = 1e-6


def costs(plan: Result) -> Json:
    """The cost in its parts, and how much of the day it serves."""
    cost: Cost = plan.cost
    return {
        "travel": round(cost.travel, 1),
        "tastes": round(cost.tastes, 1),
        "left_out": round(cost.left_out, 1),
        "total": round(cost.total, 1),
        "visits": len(served(plan)),
        "unserved": len(plan.left_out),
    }


def served(plan: Result) -> set[int]:
    """The visits that somebody goes to."""
    return {stop.visit for route in plan.routes for stop in route.stops if stop.visit >= 0}


def written(plan: Result) -> Json:
    """The plan itself, for the next search to begin with."""
    return {
        "routes": [
            [route.person, [[s.visit, s.task, s.start, s.end] for s in route.stops]]
            for route in plan.routes
            if route.stops
        ],
        "left_out": [[left.visit, left.reason, left.must] for left in plan.left_out],
    }


def read(found: Json) -> Result:
    """What :func:`written` wrote; without its cost, which nobody asks of a beginning."""
    routes = tuple(
        Route(person, tuple(Stop(*stop) for stop in stops)) for person, stops in found["routes"]
    )
    left = tuple(LeftOut(visit, reason, "", must) for visit, reason, must in found["left_out"])
    return Result(routes, Cost(0, 0, 0, 0, 0, 0), left, 0, 0.0, ())


def changes(plan: Result, before: Result) -> list[Json]:
    """Each visit that is not as it was, in order of time: who and when, now and before."""
    found = compare(plan, before)
    lines = [
        _line(one.visit, one.people, one.people_before, one.start, one.start_before)
        for one in found.moved
    ]
    now, then = _crews(plan), _crews(before)
    lines += [_line(pk, *_both(now[pk], None)) for pk in found.gained if pk >= 0]
    lines += [_line(pk, *_both(None, then[pk])) for pk in found.lost if pk >= 0]
    return sorted(lines, key=lambda line: (line["start"] or line["start_before"], line["visit"]))


def reasons(problem: Problem, plan: Result) -> Json:
    """For each visit, by primary key: why these people and why then."""
    # With it comes the compiler, which only whoever searches needs.
    from planning.explain import why_all

    starts = {s.visit: s.start for route in plan.routes for s in route.stops}
    latest = {visit.id: visit.latest - visit.setup for visit in problem.visits}
    return {
        str(visit): [_part(part, starts[visit], latest[visit]) for part in parts]
        for visit, parts in why_all(problem, plan).items()
        if visit in starts
    }


def what_would_give(problem: Problem, plan: Result, left: Iterable[LeftOut]) -> Json:
    """For each visit that nobody can make: why not, and the nearest things that would let it in."""
    from planning.explain import ways

    found: Json = {}
    for number, one in enumerate(left):
        helps = ways(problem, plan, one.visit) if number < MOST_WAYS else ()
        found[str(one.visit)] = {"reason": one.reason, "ways": [asdict(way) for way in helps]}
    return found


def story(day: RegionDay, problem: Problem, plan: Result) -> Json:
    """Everything that a run keeps of the plan it ends with, compared with how the day stood."""
    return {
        "before": costs(day.now),
        "after": costs(plan) | {"guessed": travel.guessed(day.places)},
        "changes": changes(plan, day.now),
        "why": reasons(problem, plan),
        "ways": what_would_give(problem, plan, plan.left_out),
    }


def _part(part: "Part", start: float, latest: float) -> Json:
    """One person's part; a start later than need be was kept, or rounded, on purpose."""
    held = start > latest - part.slack + SLACK
    return {
        "person": part.person,
        "who": str(part.who),
        "when": "kept" if held else str(part.when),
        "able": part.able,
        "adds": round(part.adds, 1),
        "taste": round(part.taste, 1),
        "slack": round(latest - start, 1),
    }


def _crews(plan: Result) -> dict[int, tuple[Crew, Times]]:
    found: dict[int, list[Stop]] = {}
    people: dict[tuple[int, int], int] = {}
    for route in plan.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, []).append(stop)
            people[stop.visit, stop.task] = route.person
    return {
        visit: (
            tuple(people[visit, s.task] for s in sorted(stops, key=lambda s: s.task)),
            tuple(s.start for s in sorted(stops, key=lambda s: s.task)),
        )
        for visit, stops in found.items()
    }


def _both(
    now: tuple[Crew, Times] | None, then: tuple[Crew, Times] | None
) -> tuple[Crew, Crew, Times, Times]:
    (people, start), (people_before, start_before) = now or ((), ()), then or ((), ())
    return people, people_before, start, start_before


def _line(visit: int, people: Crew, before: Crew, start: Times, start_before: Times) -> Json:
    return {
        "visit": visit,
        "people": list(people),
        "people_before": list(before),
        "start": start[0] if start else None,
        "start_before": start_before[0] if start_before else None,
    }
