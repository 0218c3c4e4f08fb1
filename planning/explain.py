"""Why these two, why then, and what would have to give. Codes and numbers; the caller has words.

Everything is asked of the plan as it stands: nothing else moves. That is what a dispatcher can
check by hand, and what a customer may be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from planning.anneal import cost_of
from planning.arrays import (
    DUE,
    LAST,
    MATE,
    NEVER_OUT,
    OPEN,
    PLACE,
    PRICE,
    PULL,
    STAY,
    Data,
    Packed,
    pack,
)
from planning.chance import seeded
from planning.clock import retime, settle
from planning.problem import Floats, Problem
from planning.recreate import insert_visit
from planning.result import Result
from planning.ruin import take_out
from planning.search import restored
from planning.slots import FAR
from planning.state import CREW, NEXT, PREV, WRITES, State
from planning.warm import carried_over

SLACK = 1e-6
"""Minutes closer than this are one."""

WIDER = (5, 10, 15, 30, 45, 60, 90, 120, 180, 240)
"""Minutes by which windows and rosters are stretched to find what would have to give."""


class Who(StrEnum):
    """Why this person; the first that is true."""

    ONLY_ONE = "only_one"
    """Nobody else may do it and works that day."""
    WISHED = "wished"
    """A familiar face, or the person announced: sending them costs less than sending others."""
    LEAST_WAY = "least_way"
    """Of those who fit in at this place of their day, nobody adds less travel."""
    WHOLE_PLAN = "whole_plan"
    """Somebody is nearer, but the plan as a whole is cheaper like this."""


class When(StrEnum):
    """What holds the start where it is; the first that is true."""

    WINDOW = "window"
    """The window opens then."""
    MATE = "mate"
    """The other person is not there earlier."""
    WAY = "way"
    """They come from the stop before, and the journey takes that long."""
    ROSTER = "roster"
    """The working time, or what comes after the break, begins then."""


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part of a visit, explained.

    Attributes
    ----------
    person : int
        Who comes.
    who, when : Who, When
        Why they, why then.
    able : int
        How many may do it at all.
    adds : float
        Minutes of travel this stop adds to their day.
    taste : float
        What sending them costs beside travel.
    slack : float
        Minutes from the start to the end of the window; negative: so much late.
    """

    person: int
    who: Who
    when: When
    able: int
    adds: float
    taste: float
    slack: float


class Give(StrEnum):
    """What would have to give for a visit to fit in."""

    EARLIER = "earlier"
    LATER = "later"
    OVERTIME = "overtime"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to serve a visit that is left out, nothing else in the plan being moved.

    Attributes
    ----------
    give : Give
        A window opened earlier or kept open later, everybody's day made longer at both ends, or
        another visit left out instead.
    minutes : float
        By how much; 0 for another visit.
    visit : int or None
        That other visit.
    adds : float
        What the plan then costs more, the price of the visit aside.
    """

    give: Give
    minutes: float
    visit: int | None
    adds: float


def why(problem: Problem, plan: Result, visit: int) -> tuple[Part, ...]:
    """Why these people and why then, task by task; empty if the plan does not serve the visit."""
    packed = pack(problem, 1)
    state = carried_over(problem, packed, plan)
    return tuple(
        _part(problem, packed, state, node)
        for node in _nodes(packed, visit)
        if state.link[CREW, node] >= 0
    )


def why_all(problem: Problem, plan: Result) -> dict[int, tuple[Part, ...]]:
    """The same for every visit that the plan serves, by id; the plan is looked at once."""
    packed = pack(problem, 1)
    state = carried_over(problem, packed, plan)
    found: dict[int, tuple[Part, ...]] = {}
    for node, row in enumerate(packed.visit):
        visit = packed.visits[row].id
        if visit >= 0 and state.link[CREW, node] >= 0:
            found[visit] = (*found.get(visit, ()), _part(problem, packed, state, node))
    return found


def ways(problem: Problem, plan: Result, visit: int) -> tuple[Way, ...]:
    """What would have to give for a visit that is left out; nearest of each kind, cheapest last.

    Empty if no single thing helps (nobody has the role, or the day is far too full).
    """
    packed = pack(problem, 1)
    state = carried_over(problem, packed, plan)
    nodes = _nodes(packed, visit)
    if not nodes or state.link[CREW, nodes[0]] >= 0:
        return ()
    first = min(nodes)
    found = [
        *_wider(packed.data, state, first, Give.EARLIER),
        *_wider(packed.data, state, first, Give.LATER),
        *_wider(packed.data, state, first, Give.OVERTIME),
        *_instead(packed, state, first),
    ]
    return tuple(found)


def _nodes(packed: Packed, visit: int) -> list[int]:
    return [n for n, row in enumerate(packed.visit) if packed.visits[row].id == visit]


def _part(problem: Problem, packed: Packed, state: State, node: int) -> Part:
    data = packed.data
    person = int(state.link[CREW, node])
    visit = packed.visits[packed.visit[node]]
    return Part(
        problem.people[person].id,
        _who(data, state, node),
        _when(data, state, node),
        int(data.able[node].sum()),
        _detour(data, node, int(state.link[PREV, node]), int(state.link[NEXT, node])),
        float(data.taste[node, person]),
        visit.latest - visit.setup - float(state.begin[node]),
    )


def _who(data: Data, state: State, node: int) -> Who:
    person = int(state.link[CREW, node])
    others = np.flatnonzero(data.able[node])
    others = others[others != person]
    if not len(others):
        return Who.ONLY_ONE
    if data.taste[node, person] < data.taste[node, others].min() - SLACK:
        return Who.WISHED
    mine = _detour(data, node, int(state.link[PREV, node]), int(state.link[NEXT, node]))
    ways_there = (way for other in others for way in _fitting(data, state, node, int(other)))
    least = min(ways_there, default=np.inf)
    return Who.LEAST_WAY if mine <= least + SLACK else Who.WHOLE_PLAN


def _fitting(data: Data, state: State, node: int, person: int) -> Iterator[float]:
    """Travel that a task adds to another's day at its minute, wherever it fits between stops."""
    tasks = data.able.shape[0]
    mate = data.whole[MATE, node]
    if mate >= 0 and state.link[CREW, mate] == person:
        return
    begin, before = float(state.begin[node]), tasks + person
    end = begin + data.real[STAY, node]
    while before == tasks + person or before < tasks:
        after = int(state.link[NEXT, before])
        inward = _leg(data, before, node)
        there = state.begin[before] + data.real[STAY, before] + inward <= begin + SLACK
        onward = after >= tasks or end + _leg(data, node, after) <= state.begin[after] + SLACK
        spans = data.spans[person]
        works = (spans[:, 0] + inward <= begin + SLACK) & (end <= spans[:, 1] + SLACK)
        if there and onward and (data.free[person] or works.any()):
            yield _detour(data, node, before, after)
        before = after


def _leg(data: Data, before: int, after: int) -> float:
    return float(data.road[data.whole[PLACE, before], data.whole[PLACE, after]])


def _detour(data: Data, node: int, before: int, after: int) -> float:
    return _leg(data, before, node) + _leg(data, node, after) - _leg(data, before, after)


def _when(data: Data, state: State, node: int) -> When:
    begin, before = state.begin[node], int(state.link[PREV, node])
    if begin <= data.real[OPEN, node] + SLACK:
        return When.WINDOW
    if begin <= state.begin[before] + data.real[STAY, before] + _leg(data, before, node) + SLACK:
        return When.WAY
    mate = data.whole[MATE, node]
    if mate >= 0 and begin <= state.begin[mate] + data.real[PULL, node] + SLACK:
        return When.MATE
    return When.ROSTER


def _wider(data: Data, state: State, first: int, give: Give) -> Iterator[Way]:
    """The least stretch of one kind that lets a visit in."""
    mate = int(data.whole[MATE, first])
    nodes = [first] if mate < 0 else [first, mate]
    for minutes in WIDER:
        real, spans = data.real.copy(), data.spans.copy()
        if give is Give.EARLIER:
            real[OPEN, nodes] = np.maximum(real[OPEN, nodes] - minutes, 0)
        elif give is Give.LATER:
            real[LAST, nodes] += minutes
            real[DUE, nodes] += minutes
        else:
            _stretch(real, spans, data.able.shape[0], minutes)
        changed = data._replace(real=real, spans=spans)
        adds = _insert(changed, restored(changed, state.link), first)
        if adds < np.inf:
            yield Way(give, float(minutes), None, adds)
            return


def _stretch(real: Floats, spans: Floats, tasks: int, minutes: int) -> None:
    """Let everybody who has a roster begin earlier and end later, in place."""
    last = (spans[:, :, 1] < FAR).sum(axis=1) - 1
    rows = np.flatnonzero(last >= 0)
    spans[rows, 0, 0] = np.maximum(spans[rows, 0, 0] - minutes, 0)
    spans[rows, last[rows], 1] += minutes
    real[OPEN, tasks + rows] = spans[rows, 0, 0]


def _instead(packed: Packed, state: State, first: int) -> Iterator[Way]:
    """The one visit that costs least to leave out for this one."""
    data = packed.data
    tasks = data.able.shape[0]
    best: Way | None = None
    for node in np.flatnonzero(state.link[CREW, :tasks] >= 0):
        other = packed.visits[packed.visit[node]]
        if packed.rank[node] or other.id < 0:
            continue
        without = restored(data, state.link)
        full = cost_of(data, without)
        take_out(data, without, node)
        without.tally[WRITES] = 0
        if not retime(data, without, np.inf):
            continue
        settle(data, without)
        saves = cost_of(data, without) - data.real[PRICE, node] - full
        adds = saves + _insert(data, without, first)
        if adds < np.inf and (best is None or adds < best.adds):
            best = Way(Give.INSTEAD, 0.0, other.id, float(adds))
    if best is not None:
        yield best


def _insert(data: Data, state: State, first: int) -> float:
    """Cost of putting a visit into a state, whatever its price; infinity if it does not fit."""
    real = data.real.copy()
    real[PRICE, first] = NEVER_OUT
    most = data.able.shape[1]
    spots, costs = np.zeros((2, most), dtype=state.link.dtype), np.zeros((2, most))
    changed = data._replace(real=real)
    return float(insert_visit(changed, state, seeded(0), first, 0.0, spots, costs))
