"""What one plan costs more than another, and for whom it is different. Numbers, no words."""

from __future__ import annotations

from dataclasses import dataclass, fields

from planning.result import Cost, Result

SLACK = 1e-6
"""Minutes closer than this are one."""

Times = tuple[float, ...]
Crew = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit that is not as it was.

    Attributes
    ----------
    visit : int
        Its id; ``-1 - key`` for a promise.
    people, people_before : tuple of person id
        Who does task 1, 2; empty: left out, or not in that plan.
    start, start_before : tuple of float
        Starts of the tasks, minutes.
    """

    visit: int
    people: Crew
    people_before: Crew
    start: Times
    start_before: Times

    @property
    def later(self) -> float:
        """Greatest shift of a start, minutes, later positive; 0 if it is in one plan only."""
        pairs = zip(self.start, self.start_before, strict=False)
        return max((new - old for new, old in pairs), key=abs, default=0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan against another.

    Attributes
    ----------
    cost : Cost
        What it costs more, part by part; negative: less.
    lost, gained : tuple of visit id
        Served before and not now; now and not before.
    moved : tuple of Moved
        Visits in both plans with other people or at another time.
    """

    cost: Cost
    lost: tuple[int, ...]
    gained: tuple[int, ...]
    moved: tuple[Moved, ...]


def compare(plan: Result, before: Result) -> Comparison:
    """What changed from one plan to the next."""
    now, then = _served(plan), _served(before)
    more = {f.name: getattr(plan.cost, f.name) - getattr(before.cost, f.name) for f in fields(Cost)}
    both = [
        Moved(visit, now[visit][0], then[visit][0], now[visit][1], then[visit][1])
        for visit in sorted(now.keys() & then.keys())
    ]
    return Comparison(
        Cost(**more),
        tuple(sorted(then.keys() - now.keys())),
        tuple(sorted(now.keys() - then.keys())),
        tuple(one for one in both if one.people != one.people_before or abs(one.later) > SLACK),
    )


def _served(plan: Result) -> dict[int, tuple[Crew, Times]]:
    """People and starts of every visit, task by task."""
    found: dict[int, list[tuple[int, int, float]]] = {}
    for route in plan.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, []).append((stop.task, route.person, stop.start))
    return {
        visit: (tuple(p for _, p, _ in sorted(parts)), tuple(t for _, _, t in sorted(parts)))
        for visit, parts in found.items()
    }
