"""A problem as packed arrays: what the compiled kernels read.

Nodes are numbered: tasks first, then one start and one end node per person. A node *begins* when
its person is at the door; set-up, service and leave-taking are its *stay*. So the kernels know
neither set-up nor leave, and a task is late by ``begin - due``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planning.day import Person
from planning.problem import Floats, Problem, Task, Visit
from planning.slots import FAR, merged

Ints = npt.NDArray[np.int32]

PLACE, MATE = 0, 1
OPEN, DUE, LAST, STAY, PULL, PRICE = 0, 1, 2, 3, 4, 5

NEVER_OUT = 1e7
"""Price of leaving out what must be served."""

PROMISE_OUT = 3e7
"""Price of breaking a promise somebody already has."""

NEVER_BREAK = 1e9
"""Price of breaking what a person has already promised."""


class Data(NamedTuple):
    """What does not change during a search.

    Attributes
    ----------
    road : float64, shape (places + 1, places + 1)
        Minutes; the last place is "nowhere in particular", no way from anywhere.
    whole : int32, shape (2, nodes)
        ``PLACE``, and ``MATE``: the other task of the visit, or -1.
    real : float64, shape (6, nodes)
        ``OPEN``, ``DUE``, ``LAST`` (first, soft and hard limit of the begin), ``STAY``, ``PULL``
        (begins at least this much after its mate begins; negative for the first of a sequence),
        ``PRICE`` of leaving out (the visit's, on its first task).
    able : bool, shape (tasks, people)
        Who may do what.
    taste : float64, shape (tasks, people)
        Cost of sending them.
    spans : float64, shape (people, most spans, 2)
        Working times; unused ones are empty at ``FAR``.
    free : bool, shape (people,)
        True for people without limits of time, and for those who do not work (they are able to do
        nothing): no span need be looked at.
    near : int32, shape (2, tasks, k)
        The k tasks best placed right before (0) and right after (1) each task; -1 fills up.
    weights : float64, shape (3,)
        Of travel, lateness, greatest lateness.
    """

    road: Floats
    whole: Ints
    real: Floats
    able: npt.NDArray[np.bool_]
    taste: Floats
    spans: Floats
    free: npt.NDArray[np.bool_]
    near: Ints
    weights: Floats


@dataclass(frozen=True)
class Packed:
    """Arrays, and which task of which visit each node is.

    Attributes
    ----------
    data : Data
        The arrays.
    visit, rank : tuple of int
        Per task node: row of the visit in the problem and task number in it; visits beyond the
        problem's own are promises of people.
    visits : tuple of Visit
        The problem's visits, then one per located promise.
    """

    data: Data
    visit: tuple[int, ...]
    rank: tuple[int, ...]
    visits: tuple[Visit, ...]


def pack(problem: Problem, near: int = 30) -> Packed:
    """Turn a problem into arrays.

    Parameters
    ----------
    near : int
        Neighbours kept per task and side.
    """
    visits = (*problem.visits, *_promised(problem))
    owners = [(row, rank) for row, visit in enumerate(visits) for rank in range(len(visit.tasks))]
    spans = [_working(person) for person in problem.people]
    nowhere = len(problem.travel)
    road = np.zeros((nowhere + 1, nowhere + 1))
    road[:nowhere, :nowhere] = problem.travel
    whole, real = _nodes(problem, visits, owners, spans)
    able, taste = _crew(problem, visits, owners)
    able[:, [not span for span in spans]] = False
    weights = problem.weights
    data = Data(
        road,
        whole,
        real,
        able,
        taste,
        _span_table(spans),
        np.array([span in ([], [(0, FAR)]) for span in spans], dtype=np.bool_),
        _neighbours(road, whole, real, able, near),
        np.array([weights.travel, weights.lateness, weights.worst], dtype=np.float64),
    )
    return Packed(data, tuple(r for r, _ in owners), tuple(k for _, k in owners), visits)


def _nodes(
    problem: Problem,
    visits: tuple[Visit, ...],
    owners: list[tuple[int, int]],
    spans: list[list[tuple[int, int]]],
) -> tuple[Ints, Floats]:
    """``Data.whole`` and ``Data.real``: tasks, then starts, then ends."""
    tasks, people = len(owners), len(problem.people)
    whole = np.full((2, tasks + 2 * people), -1, dtype=np.int32)
    real = np.zeros((6, tasks + 2 * people))
    real[DUE] = real[LAST] = FAR
    for node, (row, rank) in enumerate(owners):
        whole[PLACE, node] = visits[row].place
        if len(visits[row].tasks) == 2:
            whole[MATE, node] = node + 1 - 2 * rank
        real[:, node] = _reals(visits[row], rank)
        if row >= len(problem.visits) and rank == 0:
            real[PRICE, node] = PROMISE_OUT
    for column, person in enumerate(problem.people):
        for side, place in enumerate((person.start_place, person.end_place)):
            node = tasks + side * people + column
            whole[PLACE, node] = len(problem.travel) if place is None else place
        real[OPEN, tasks + column] = spans[column][0][0] if spans[column] else 0
    return whole, real


def _crew(
    problem: Problem, visits: tuple[Visit, ...], owners: list[tuple[int, int]]
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """``Data.able`` and ``Data.taste``."""
    able = np.zeros((len(owners), len(problem.people)), dtype=np.bool_)
    taste = np.zeros(able.shape)
    rows = {person.id: row for row, person in enumerate(problem.people)}
    for node, (row, rank) in enumerate(owners):
        task = visits[row].tasks[rank]
        able[node] = [_may(task, person) for person in problem.people]
        for name, cost in task.tastes.items():
            if name in rows:
                taste[node, rows[name]] = cost
    return able, taste


def _promised(problem: Problem) -> list[Visit]:
    """Located promises of people as visits that only they can do, at that very minute."""
    return [
        Visit(
            id=-1 - promise.key,
            place=promise.place,
            tasks=(Task(0, promise.ends - promise.arrives, frozenset([person.id])),),
            earliest=promise.arrives,
            latest=promise.arrives,
        )
        for person in problem.people
        for promise in person.promises
        if promise.place is not None
    ]


def _reals(visit: Visit, rank: int) -> list[float]:
    """Column of ``Data.real`` for one task."""
    task = visit.tasks[rank]
    price = NEVER_OUT if visit.price is None else visit.price
    if visit.id < 0:
        price = NEVER_BREAK
    return [
        visit.earliest - visit.setup if visit.earliest > visit.setup else 0.0,
        FAR if visit.hard else visit.latest - visit.setup,
        visit.latest - visit.setup if visit.hard else FAR,
        visit.setup + task.duration + visit.leave,
        visit.gap[0] if rank else -visit.gap[1],
        price if rank == 0 else 0.0,
    ]


def _may(task: Task, person: Person) -> bool:
    able = person.roles & task.role == task.role
    return able and (task.only is None or person.id in task.only)


def _working(person: Person) -> list[tuple[int, int]]:
    """Spans of a person, with agreed overtime added and promises without place cut out."""
    overtime = [(p.leaves, p.ends) for p in person.promises if p.place is not None]
    spans = merged((*person.spans, *overtime))
    for promise in person.promises:
        if promise.place is None:
            cut = []
            for start, end in spans:
                cut += [(start, min(end, promise.arrives)), (max(start, promise.ends), end)]
            spans = [(start, end) for start, end in cut if start < end]
    return spans


def _span_table(spans: list[list[tuple[int, int]]]) -> Floats:
    most = max((len(span) for span in spans), default=0)
    table = np.full((len(spans), max(most, 1), 2), float(FAR))
    for row, span in enumerate(spans):
        if span:
            table[row, : len(span)] = span
    return table


def _neighbours(
    road: Floats, whole: Ints, real: Floats, able: npt.NDArray[np.bool_], near: int
) -> Ints:
    """Best tasks before and after each: least travel, waiting and lateness between the two.

    The proximity of Vidal et al. (2013, doi 10.1016/j.cor.2012.07.018), kept to pairs of tasks
    that some one person could both do.
    """
    tasks = len(able)
    found = np.full((2, tasks, near), -1, dtype=np.int32)
    if tasks < 2:
        return found
    place = whole[PLACE, :tasks]
    opens, stay = real[OPEN, :tasks], real[STAY, :tasks]
    close = np.minimum(real[DUE, :tasks], real[LAST, :tasks])
    leg = road[np.ix_(place, place)]
    wait = opens[None, :] - (close + stay)[:, None] - leg
    late = (opens + stay)[:, None] + leg - close[None, :]
    cost = leg + 0.2 * np.maximum(wait, 0) + np.maximum(late, 0)
    skill = able.astype(np.float32)
    cost[(skill @ skill.T) == 0] = np.inf
    mates = whole[MATE, :tasks]
    pairs = np.flatnonzero(mates >= 0)
    cost[pairs, mates[pairs]] = np.inf
    np.fill_diagonal(cost, np.inf)
    kept = min(near, tasks - 1)
    for side, table in enumerate((cost.T, cost)):
        order = np.argsort(table, axis=1, kind="stable")[:, :kept]
        best = np.where(np.isfinite(np.take_along_axis(table, order, axis=1)), order, -1)
        found[side, :, :kept] = best
    return found
