"""A plan carried over into the arrays of another day: where a search may begin.

The day may have changed since: whoever is gone, whatever is new or no longer fits in time stays
out, for the search to put back. So the same function answers "go on with last night's plan", "what
if she is absent" and "plan around what is fixed".
"""

from __future__ import annotations

from bisect import bisect_left, insort

import numpy as np

from planning.arrays import PRICE, Packed
from planning.clock import retime, settle
from planning.moves import put_in
from planning.problem import Problem
from planning.result import Result
from planning.state import FIXED, OUTS, WRITES, State, delist, empty_state, take_back

Seat = tuple[int, int, float]
"""Row of a person, node of a task, minute of its start in the plan."""


def carried_over(problem: Problem, packed: Packed, plan: Result) -> State:
    """What still holds of a plan, in its order; visits are taken over whole or not at all."""
    state = empty_state(packed.data)
    tasks = packed.data.able.shape[0]
    days: list[list[tuple[float, int]]] = [
        [(-np.inf, tasks + row)] for row in range(len(problem.people))
    ]
    for _, _, seats in sorted(_seated(problem, packed, plan)):
        if _put_back(packed, state, seats, days):
            for person, node, start in seats:
                insort(days[person], (start, node))
    return state


def _seated(
    problem: Problem, packed: Packed, plan: Result
) -> list[tuple[bool, float, tuple[Seat, ...]]]:
    """Visits of the plan that are still asked, by people still there; promises before others."""
    rows = {person.id: row for row, person in enumerate(problem.people)}
    nodes: dict[tuple[int, int, int | None], int] = {}
    for node, (row, rank) in enumerate(zip(packed.visit, packed.rank, strict=True)):
        visit = packed.visits[row]
        owners = visit.tasks[rank].only if visit.id < 0 else None
        nodes[visit.id, rank, next(iter(owners), None) if owners else None] = node
    found: dict[int, list[Seat]] = {}
    for route in plan.routes:
        for stop in route.stops:
            owner = route.person if stop.visit < 0 else None
            task = nodes.get((stop.visit, stop.task, owner))
            if task is not None and route.person in rows:
                seat = (rows[route.person], task, stop.start)
                found.setdefault(packed.visit[task], []).append(seat)
    return [
        (packed.visits[row].id >= 0, min(start for _, _, start in seats), tuple(seats))
        for row, seats in found.items()
        if len(seats) == len(packed.visits[row].tasks)
    ]


def _put_back(
    packed: Packed, state: State, seats: tuple[Seat, ...], days: list[list[tuple[float, int]]]
) -> bool:
    """Put a visit where it was, unless it is not allowed or not possible there any more."""
    data = packed.data
    people = {person for person, _, _ in seats}
    if len(people) < len(seats) or not all(data.able[node, person] for person, node, _ in seats):
        return False
    change = 0.0
    for person, node, start in seats:
        before = days[person][bisect_left(days[person], (start, node)) - 1][1]
        change += put_in(data, state, node, before)
    if not retime(data, state, np.inf):
        take_back(state)
        return False
    settle(data, state)
    state.tally[WRITES] = 0
    first = min(node for _, node, _ in seats)
    state.sums[FIXED] += change - data.real[PRICE, first]
    delist(state.outs, state.tally, OUTS, first)
    return True
