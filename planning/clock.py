"""When does everybody get there? The least times that keep every wait, after each change.

A task begins when its window is open, its person has come from the task before, and its mate lets
it (``begin[task] >= begin[mate] + PULL``). The least times that satisfy all this are the best, as
nothing gets cheaper by waiting. They are kept by label correction: a change first resets whatever
leaned on the changed arcs, then times only grow, so that the cost so far is a lower bound and the
move is dropped as soon as it passes the budget. Two pairs that wait for each other push each other
up without end; they pass any budget and so are refused without a search for cycles.
"""

from __future__ import annotations

import numpy as np

from planning.arrays import DUE, LAST, MATE, OPEN, PLACE, PULL, STAY, Data
from planning.compiled import compiled
from planning.state import (
    CREW,
    HEADS,
    LATE,
    LATES,
    NEXT,
    PREV,
    SEEN,
    STAMP,
    WORST,
    State,
    delist,
    enlist,
)

SLIP = 1e-7
"""Times closer than this are one."""


@compiled
def arrival(data: Data, state: State, node: int, after: float) -> float:
    """Least begin at or after a time, given who goes before and the mate; inf if never."""
    before = state.link[PREV, node]
    leg = data.road[data.whole[PLACE, before], data.whole[PLACE, node]]
    time = max(after, state.begin[before] + data.real[STAY, before] + leg)
    mate = data.whole[MATE, node]
    if mate >= 0 and state.link[CREW, mate] >= 0:
        time = max(time, state.begin[mate] + data.real[PULL, node])
    person = state.link[CREW, node]
    if data.free[person]:
        return float(time)
    return fitted(data, person, time, leg, data.real[STAY, node])


@compiled
def fitted(data: Data, person: int, time: float, leg: float, stay: float) -> float:
    """Least begin at or after a time such that journey and stay lie in one span; inf if never."""
    for k in range(data.spans.shape[1]):
        begin = max(time, data.spans[person, k, 0] + leg)
        if begin + stay <= data.spans[person, k, 1] + SLIP:
            return float(begin)
    return np.inf


@compiled
def touch(state: State, node: int) -> None:
    """Note a node's time before the move changes it."""
    at = state.tally[SEEN]
    state.seen[at] = node
    state.old[at] = state.begin[node]
    state.tally[SEEN] = at + 1
    state.mark[node] = state.tally[STAMP]


@compiled
def collect(data: Data, state: State) -> None:
    """Touch every node whose time may lean on a changed arc."""
    tasks, people = data.able.shape
    stamp = state.tally[STAMP] + 1
    state.tally[STAMP] = stamp
    state.tally[SEEN] = 0
    for at in range(state.tally[HEADS]):
        node = state.queue[at]
        ended = node >= tasks + people and data.free[node - tasks - people]
        if state.mark[node] != stamp and not ended:
            touch(state, node)
    state.tally[HEADS] = 0
    at = 0
    while at < state.tally[SEEN]:
        node = state.seen[at]
        at += 1
        if node >= tasks or state.link[CREW, node] < 0:
            continue
        after = state.link[NEXT, node]
        if state.mark[after] != stamp and leans(data, state, node, after):
            touch(state, after)
        mate = data.whole[MATE, node]
        if mate >= 0 and state.mark[mate] != stamp and drags(data, state, node, mate):
            touch(state, mate)


@compiled
def leans(data: Data, state: State, node: int, after: int) -> bool:
    """Whether the next stop may begin when it does because of this one."""
    if state.begin[after] <= data.real[OPEN, after]:
        return False
    if not data.free[state.link[CREW, node]]:
        return True
    leg = data.road[data.whole[PLACE, node], data.whole[PLACE, after]]
    ready = state.begin[node] + data.real[STAY, node] + leg
    return bool(after < data.able.shape[0] and ready >= state.begin[after] - SLIP)


@compiled
def drags(data: Data, state: State, node: int, mate: int) -> bool:
    """Whether the mate may begin when it does because of this task."""
    if state.link[CREW, mate] < 0 or state.begin[mate] <= data.real[OPEN, mate]:
        return False
    if not data.free[state.link[CREW, mate]]:
        return True
    return bool(state.begin[node] + data.real[PULL, mate] >= state.begin[mate] - SLIP)


@compiled
def retime(data: Data, state: State, budget: float) -> bool:
    """Find the new times after links changed; False, with the old times back, if over budget.

    Parameters
    ----------
    budget : float
        Most that weighted lateness and greatest lateness may cost.

    Notes
    -----
    On True the times are new but not yet booked: call ``settle``.
    """
    collect(data, state)
    stamp = state.tally[STAMP]
    late = state.sums[LATE]
    worst = 0.0
    first = state.tally[SEEN]
    for at in range(first):
        node = state.seen[at]
        late -= max(0.0, state.begin[node] - data.real[DUE, node])
        state.begin[node] = data.real[OPEN, node]
        state.queue[at] = node
        state.queued[node] = True
    if data.weights[2] > 0.0:
        for at in range(state.tally[LATES]):
            node = state.lates[0, at]
            if state.mark[node] != stamp:
                worst = max(worst, state.begin[node] - data.real[DUE, node])
    return relax(data, state, budget, late, worst, first)


@compiled
def relax(data: Data, state: State, budget: float, late: float, worst: float, waiting: int) -> bool:
    """Let times grow from the queue until nothing moves, or the budget is passed."""
    size = state.queue.shape[0]
    stamp = state.tally[STAMP]
    head, steps = 0, 0
    good = data.weights[1] * late + data.weights[2] * worst <= budget
    while good and waiting > 0:
        node = state.queue[head]
        head = head + 1 if head + 1 < size else 0
        waiting -= 1
        state.queued[node] = False
        if state.link[CREW, node] < 0:
            continue
        time = arrival(data, state, node, state.begin[node])
        if time <= state.begin[node] + 1e-9:
            continue
        due = data.real[DUE, node]
        late += max(0.0, time - due) - max(0.0, state.begin[node] - due)
        worst = max(worst, time - due)
        steps += 1
        good = (
            time <= data.real[LAST, node] + SLIP
            and data.weights[1] * late + data.weights[2] * worst <= budget
            and steps <= 50 * size
        )
        if good:
            if state.mark[node] != stamp:
                touch(state, node)
            state.begin[node] = time
            waiting = spread(data, state, node, head, waiting)
    drain(state, head, waiting, good)
    return bool(good)


@compiled
def spread(data: Data, state: State, node: int, head: int, waiting: int) -> int:
    """Queue what leans on a node that has moved; how many wait now."""
    tasks, people = data.able.shape
    if node >= tasks:
        return waiting
    size = state.queue.shape[0]
    for other in (state.link[NEXT, node], data.whole[MATE, node]):
        if other < 0 or state.queued[other] or state.link[CREW, other] < 0:
            continue
        if other >= tasks and data.free[other - tasks - people]:
            continue
        tail = head + waiting
        state.queue[tail if tail < size else tail - size] = other
        state.queued[other] = True
        waiting += 1
    return waiting


@compiled
def drain(state: State, head: int, waiting: int, good: bool) -> None:
    """Empty the queue; put the old times back unless the new ones are good."""
    size = state.queue.shape[0]
    for k in range(waiting):
        at = head + k
        state.queued[state.queue[at if at < size else at - size]] = False
    if not good:
        for at in range(state.tally[SEEN]):
            state.begin[state.seen[at]] = state.old[at]


@compiled
def settle(data: Data, state: State) -> None:
    """Book the new times: lateness and who is late."""
    late = state.sums[LATE]
    for at in range(state.tally[SEEN]):
        node = state.seen[at]
        due = data.real[DUE, node]
        now = max(0.0, state.begin[node] - due)
        late += now - max(0.0, state.old[at] - due)
        if now > 0.0:
            enlist(state.lates, state.tally, LATES, node)
        else:
            delist(state.lates, state.tally, LATES, node)
    worst = 0.0
    for at in range(state.tally[LATES]):
        node = state.lates[0, at]
        worst = max(worst, state.begin[node] - data.real[DUE, node])
    state.sums[LATE] = late
    state.sums[WORST] = worst
