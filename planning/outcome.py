"""From the arrays back to people and visits: routes, costs, and reasons."""

from __future__ import annotations

import numpy as np

from planning.arrays import DUE, MATE, NEVER_OUT, PLACE, PRICE, Data, Packed
from planning.chance import seeded
from planning.problem import Problem, Visit
from planning.recreate import insert_visit
from planning.result import Cost, LeftOut, Result, Route, Stop
from planning.state import CREW, NEXT, OUTS, State, empty_state


def describe(
    problem: Problem,
    packed: Packed,
    state: State,
    steps: int,
    seconds: float,
    trace: tuple[tuple[float, float], ...],
) -> Result:
    """The plan in a state as a result."""
    routes = tuple(
        Route(person.id, tuple(_stops(packed, state, row)))
        for row, person in enumerate(problem.people)
    )
    left = tuple(
        _reason(problem, packed, int(node)) for node in sorted(state.outs[0, : state.tally[OUTS]])
    )
    return Result(routes, _cost(packed.data, state), left, steps, seconds, trace)


def _stops(packed: Packed, state: State, person: int) -> list[Stop]:
    tasks = packed.data.able.shape[0]
    node = state.link[NEXT, tasks + person]
    stops = []
    while node < tasks:
        visit, rank = packed.visits[packed.visit[node]], packed.rank[node]
        start = float(state.begin[node]) + visit.setup
        stops.append(Stop(visit.id, rank, start, start + visit.tasks[rank].duration))
        node = state.link[NEXT, node]
    return stops


def _cost(data: Data, state: State) -> Cost:
    tasks, people = data.able.shape
    crew = state.link[CREW, :tasks]
    mine = np.flatnonzero(crew >= 0)
    before = np.r_[mine, np.arange(tasks, tasks + people)]
    place = data.whole[PLACE]
    travel = float(data.road[place[before], place[state.link[NEXT, before]]].sum())
    tastes = float(data.taste[mine, crew[mine]].sum())
    prices = data.real[PRICE, state.outs[0, : state.tally[OUTS]]]
    left = float(prices[prices < NEVER_OUT].sum())
    late = np.maximum(state.begin[mine] - data.real[DUE, mine], 0.0)
    lateness, worst = float(late.sum()), float(late.max(initial=0.0))
    total = float(data.weights @ np.array([travel, lateness, worst])) + tastes + left
    return Cost(travel, lateness, worst, tastes, left, total)


def _reason(problem: Problem, packed: Packed, node: int) -> LeftOut:
    """Why a visit is out: the first of ever softer reasons that holds."""
    data = packed.data
    visit = packed.visits[packed.visit[node]]
    must = visit.price is None
    mate = int(data.whole[MATE, node])
    sides = [node] if mate < 0 else [node, mate]
    for rank, side in enumerate(sides):
        if not data.able[side].any():
            words = f"nobody who works that day may do task {rank + 1}"
            return LeftOut(visit.id, "nobody_able", words, must)
    if mate >= 0 and (data.able[node] | data.able[mate]).sum() < 2:
        only = problem.people[int(np.argmax(data.able[node]))].id
        words = f"it takes two people, and only person {only} may do either task"
        return LeftOut(visit.id, "one_person_for_two", words, must)
    if not _fits_alone(data, node):
        words = f"even on an empty day nobody can be there {_window(visit)} and within the roster"
        return LeftOut(visit.id, "no_time", words, must)
    if visit.price is not None:
        words = f"serving it would cost more than its price of {visit.price:g}, or there is no room"
        return LeftOut(visit.id, "too_dear", words, must)
    able = int((data.able[sides].any(axis=0)).sum())
    words = f"all {able} people who may do it are needed elsewhere {_window(visit)}"
    return LeftOut(visit.id, "no_room", words, must)


def _window(visit: Visit) -> str:
    limit = "a start at" if visit.earliest == visit.latest else "a start between"
    times = [_clock(visit.earliest)]
    if visit.latest != visit.earliest:
        times.append(_clock(visit.latest))
    return f"for {limit} {' and '.join(times)}"


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" if minute < 2880 else "any time"


def _fits_alone(data: Data, node: int) -> bool:
    """Whether the visit could be served if it were the only one."""
    state = empty_state(data)
    spots = np.zeros((2, data.able.shape[1]), dtype=np.int32)
    dear = data._replace(real=data.real.copy())
    dear.real[PRICE] = NEVER_OUT
    chance = seeded(0)
    return bool(insert_visit(dear, state, chance, node, 0.0, spots, np.zeros(spots.shape)) < np.inf)
