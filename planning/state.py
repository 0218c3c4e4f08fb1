"""Routes as linked lists with their times: the state of a search, and how to take back a move."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planning.arrays import MATE, PLACE, PRICE, Data, Ints
from planning.compiled import compiled
from planning.problem import Floats

NEXT, PREV, CREW = 0, 1, 2
FIXED, LATE, WORST = 0, 1, 2
STAMP, HEADS, SEEN, WRITES, LATES, OUTS, COMING, GOING = 0, 1, 2, 3, 4, 5, 6, 7


class State(NamedTuple):
    """A plan and the scratch space to change it.

    Attributes
    ----------
    link : int32, shape (3, nodes)
        ``NEXT`` and ``PREV`` node on the route, ``CREW``: the person, -1 if the task is left out.
    begin : float64, shape (nodes,)
        Earliest times that keep every wait: the least fixed point.
    sums : float64, shape (3,)
        ``FIXED`` cost (weighted travel, tastes, prices of what is left out), minutes ``LATE``
        together, minutes of the ``WORST``.
    lates : int32, shape (2, nodes)
        The late tasks in any order, and the position of each in it (-1: punctual).
    outs : int32, shape (2, nodes)
        First tasks of the visits left out, and positions likewise.
    mark : int64, shape (nodes,)
        Stamp of the last move that touched the node.
    queued : bool, shape (nodes,)
        Whether the node waits in ``queue``.
    queue : int32, shape (nodes + 64,)
        Ring of nodes whose time must be looked at; the heads of changed arcs before that.
    seen : int32, shape (nodes,)
        Nodes whose time this move may have changed.
    old : float64, shape (nodes,)
        Their times before.
    ledger : int32, shape (2, any)
        Flat positions written in ``link`` and what stood there.
    tally : int64, shape (8,)
        Current stamp, and lengths of queue, seen, ledger, lates, outs; then the first tasks of the
        visits that this move brings in and leaves out, or -1.
    """

    link: Ints
    begin: Floats
    sums: Floats
    lates: Ints
    outs: Ints
    mark: npt.NDArray[np.int64]
    queued: npt.NDArray[np.bool_]
    queue: Ints
    seen: Ints
    old: Floats
    ledger: Ints
    tally: npt.NDArray[np.int64]


def empty_state(data: Data) -> State:
    """Nobody goes anywhere, every visit is left out."""
    tasks, people = data.able.shape
    nodes = tasks + 2 * people
    link = np.full((3, nodes), -1, dtype=np.int32)
    starts, ends = np.arange(tasks, tasks + people), np.arange(tasks + people, nodes)
    link[NEXT, starts], link[PREV, ends] = ends, starts
    link[CREW, starts] = link[CREW, ends] = np.arange(people)
    outs = np.full((2, nodes), -1, dtype=np.int32)
    first = [node for node in range(tasks) if not 0 <= data.whole[MATE, node] < node]
    outs[0, : len(first)], outs[1, first] = first, np.arange(len(first))
    begin = data.real[0].copy()
    begin[ends] = begin[starts]
    travel = data.road[data.whole[PLACE, starts], data.whole[PLACE, ends]].sum()
    fixed = data.weights[0] * travel + data.real[PRICE, :tasks].sum()
    return State(
        link,
        begin,
        np.array([fixed, 0.0, 0.0]),
        np.full((2, nodes), -1, dtype=np.int32),
        outs,
        np.zeros(nodes, dtype=np.int64),
        np.zeros(nodes, dtype=np.bool_),
        np.zeros(nodes + 64, dtype=np.int32),
        np.zeros(nodes, dtype=np.int32),
        np.zeros(nodes),
        np.zeros((2, 16 * nodes + 64), dtype=np.int32),
        np.array([1, 0, 0, 0, 0, len(first), -1, -1], dtype=np.int64),
    )


@compiled
def put(state: State, row: int, node: int, value: int) -> None:
    """Write a link and note what stood there."""
    at = state.tally[WRITES]
    state.ledger[0, at] = row * state.link.shape[1] + node
    state.ledger[1, at] = state.link[row, node]
    state.tally[WRITES] = at + 1
    state.link[row, node] = value


@compiled
def join(state: State, before: int, after: int) -> None:
    """Let one node follow the other; the later one's time must be looked at."""
    put(state, NEXT, before, after)
    put(state, PREV, after, before)
    look_at(state, after)


@compiled
def look_at(state: State, node: int) -> None:
    """Note that a node's time leans on something that changed."""
    at = state.tally[HEADS]
    state.queue[at] = node
    state.tally[HEADS] = at + 1


@compiled
def take_back(state: State) -> None:
    """Undo the links of the move."""
    nodes = state.link.shape[1]
    for at in range(state.tally[WRITES] - 1, -1, -1):
        flat = state.ledger[0, at]
        state.link[flat // nodes, flat % nodes] = state.ledger[1, at]
    state.tally[WRITES] = 0
    state.tally[HEADS] = 0


@compiled
def enlist(table: Ints, tally: npt.NDArray[np.int64], count: int, node: int) -> None:
    """Add a node to a list with positions, unless it is in it."""
    if table[1, node] < 0:
        table[0, tally[count]] = node
        table[1, node] = tally[count]
        tally[count] += 1


@compiled
def delist(table: Ints, tally: npt.NDArray[np.int64], count: int, node: int) -> None:
    """Take a node out of a list with positions, if it is in it."""
    at = table[1, node]
    if at >= 0:
        tally[count] -= 1
        other = table[0, tally[count]]
        table[0, at] = other
        table[1, other] = at
        table[1, node] = -1
