"""Changes of routes: each links what it moves, tells what that costs before lateness, or refuses.

All return the new fixed cost (travel, tastes, prices) or infinity; links already written are taken
back by the caller. Heads of changed arcs are left for ``clock.retime``.
"""

from __future__ import annotations

import numpy as np

from planning.arrays import DUE, LAST, MATE, OPEN, PLACE, PRICE, STAY, Data
from planning.chance import Chance, draw, pick
from planning.compiled import compiled
from planning.state import (
    COMING,
    CREW,
    GOING,
    LATE,
    NEXT,
    OUTS,
    PREV,
    WORST,
    State,
    join,
    look_at,
    put,
)


@compiled
def leg(data: Data, before: int, after: int) -> float:
    """Minutes on the road between two nodes."""
    return float(data.road[data.whole[PLACE, before], data.whole[PLACE, after]])


@compiled
def run_end(data: Data, state: State, first: int, length: int, person: int) -> int:
    """Last task of a run from ``first`` if the person may do all of it, else -1.

    Stops at the end of the route.
    """
    tasks = data.able.shape[0]
    node = first
    last = -1
    while length > 0 and node < tasks:
        if not data.able[node, person]:
            return -1
        last = node
        node = state.link[NEXT, node]
        length -= 1
    return last


@compiled
def hand_over(data: Data, state: State, first: int, last: int, person: int) -> float:
    """Give a run to a person; the change of taste."""
    taste = 0.0
    node = first
    while True:
        taste += data.taste[node, person] - data.taste[node, state.link[CREW, node]]
        put(state, CREW, node, person)
        if node == last:
            return float(taste)
        node = state.link[NEXT, node]


@compiled
def met_twice(data: Data, state: State, first: int, last: int) -> bool:
    """Whether somebody in the run now meets themself as the mate."""
    node = first
    while True:
        mate = data.whole[MATE, node]
        if mate >= 0 and state.link[CREW, mate] == state.link[CREW, node]:
            return True
        if node == last:
            return False
        node = state.link[NEXT, node]


@compiled
def exchange(
    data: Data, state: State, node: int, run: int, before: int, other: int, ceiling: float
) -> float:
    """Put the run of ``run`` tasks from ``node`` after ``before``, for ``other`` tasks from there.

    With ``other`` 0 this is relocation (also within a route), with long runs the exchange of two
    tails, in between a cross exchange (Taillard et al. 1997, doi 10.1287/trsc.31.2.170).

    Returns
    -------
    float
        Change of travel and taste, weighted; infinity if over ``ceiling`` or not allowed.
    """
    mine, theirs = state.link[CREW, node], state.link[CREW, before]
    last = run_end(data, state, node, run, theirs)
    if last < 0:
        return np.inf
    if mine == theirs:
        return shift(data, state, node, last, before, ceiling)
    there = state.link[NEXT, before]
    back = -1
    if other > 0 and there < data.able.shape[0]:
        back = run_end(data, state, there, other, mine)
        if back < 0:
            return np.inf
    change = swap_runs(data, state, node, last, before, back, ceiling)
    if change == np.inf:
        return np.inf
    change += hand_over(data, state, node, last, theirs)
    if back >= 0:
        change += hand_over(data, state, there, back, mine)
        if met_twice(data, state, there, back):
            return np.inf
    return np.inf if met_twice(data, state, node, last) else float(change)


@compiled
def shift(data: Data, state: State, node: int, last: int, before: int, ceiling: float) -> float:
    """Put the run from ``node`` to ``last`` elsewhere in its route; the change of travel."""
    head = state.link[PREV, node]
    if before == head or before == last:  # noqa: PLR1714, SIM109
        return np.inf
    walk = node
    while walk != last:
        if walk == before:
            return np.inf
        walk = state.link[NEXT, walk]
    there, tail = state.link[NEXT, before], state.link[NEXT, last]
    change = leg(data, before, node) + leg(data, last, there) + leg(data, head, tail)
    change -= leg(data, head, node) + leg(data, last, tail) + leg(data, before, there)
    change *= data.weights[0]
    if change > ceiling:
        return np.inf
    join(state, head, tail)
    join(state, before, node)
    join(state, last, there)
    return float(change)


@compiled
def swap_runs(
    data: Data, state: State, node: int, last: int, before: int, back: int, ceiling: float
) -> float:
    """Link the run from ``node`` to ``last`` after ``before``, what stood there here.

    The latter ends with ``back``; -1: nothing comes back. Returns the weighted change of travel;
    over ``ceiling`` nothing is linked and it is infinite.
    """
    head, tail = state.link[PREV, node], state.link[NEXT, last]
    there = state.link[NEXT, before]
    far = there if back < 0 else state.link[NEXT, back]
    change = leg(data, before, node) + leg(data, last, far) - leg(data, before, there)
    change -= leg(data, head, node) + leg(data, last, tail)
    if back < 0:
        change += leg(data, head, tail)
    else:
        change += leg(data, head, there) + leg(data, back, tail) - leg(data, back, far)
    change *= data.weights[0]
    if change > ceiling or too_late(data, state, node, last, before, back, ceiling - change):
        return np.inf
    if back < 0:
        join(state, head, tail)
    else:
        join(state, head, there)
        join(state, back, tail)
    join(state, before, node)
    join(state, last, far)
    return float(change)


@compiled
def too_late(
    data: Data, state: State, node: int, last: int, before: int, back: int, budget: float
) -> bool:
    """Whether an exchange costs more lateness than it may, as far as a short look can tell.

    What may get better is what follows on the two routes, and its mates; all else stays as late
    as it is. Then each run is walked in its new place.
    """
    head, tail, there = state.link[PREV, node], state.link[NEXT, last], state.link[NEXT, before]
    worst = 0.0
    if state.sums[LATE] > 0.0:
        mine, top = downstream(data, state, node)
        theirs, peak = downstream(data, state, there)
        budget -= data.weights[1] * max(0.0, state.sums[LATE] - mine - theirs)
        if max(top, peak) < state.sums[WORST] - 1e-7:
            worst = state.sums[WORST]
        if data.weights[2] * worst > budget:
            return True
    far = there if back < 0 else state.link[NEXT, back]
    if hopeless(data, state, before, node, last, far, budget, worst):
        return True
    return back >= 0 and hopeless(data, state, head, there, back, tail, budget, worst)


@compiled
def downstream(data: Data, state: State, node: int) -> tuple[float, float]:
    """Lateness from a node to the end of its route, mates included: sum and greatest."""
    late, worst = 0.0, 0.0
    while node < data.able.shape[0]:
        over = state.begin[node] - data.real[DUE, node]
        if over > 0.0:
            late += over
            worst = max(worst, over)
        mate = data.whole[MATE, node]
        if mate >= 0 and state.link[CREW, mate] >= 0:
            over = state.begin[mate] - data.real[DUE, mate]
            if over > 0.0:
                late += over
                worst = max(worst, over)
        node = state.link[NEXT, node]
    return late, worst


@compiled
def hopeless(
    data: Data,
    state: State,
    before: int,
    node: int,
    last: int,
    far: int,
    budget: float,
    worst: float,
) -> bool:
    """Whether a run and what it shoves will be too late, by the clocks of one route alone.

    Walks the run from ``node`` to ``last`` placed after ``before``, then on from ``far``, until
    nothing is shoved any more. What the move makes earlier is not seen, so in rare cases a good
    move is dropped (``before`` later in a chain of pairs than what moves); never is a bad one
    taken, as the true times decide.

    Parameters
    ----------
    budget : float
        Most that all lateness of the plan may cost after the move.
    """
    time, spot, late = state.begin[before], before, 0.0
    while node < data.able.shape[0]:
        time += data.real[STAY, spot] + leg(data, spot, node)
        time = max(time, data.real[OPEN, node])
        if time <= state.begin[node]:
            return False
        if time > data.real[LAST, node] + 1e-7:
            return True
        over = time - data.real[DUE, node]
        if over > 0.0:
            late += over
            worst = max(worst, over)
            if data.weights[1] * late + data.weights[2] * worst > budget:
                return True
        spot = node
        node = far if node == last else state.link[NEXT, node]
    return False


@compiled
def cut_out(data: Data, state: State, node: int) -> float:
    """Take a task out of its route; the change of travel. Its crew stays noted."""
    head, tail = state.link[PREV, node], state.link[NEXT, node]
    join(state, head, tail)
    return leg(data, head, tail) - leg(data, head, node) - leg(data, node, tail)


@compiled
def put_in(data: Data, state: State, node: int, before: int) -> float:
    """Put a task after a node; the change of travel and taste, weighted."""
    after, person = state.link[NEXT, before], state.link[CREW, before]
    change = leg(data, before, node) + leg(data, node, after) - leg(data, before, after)
    join(state, before, node)
    join(state, node, after)
    change *= data.weights[0]
    crew = state.link[CREW, node]
    if crew != person:
        change += data.taste[node, person]
        if crew >= 0:
            change -= data.taste[node, crew]
        put(state, CREW, node, person)
    return float(change)


@compiled
def somewhere(data: Data, state: State, chance: Chance, node: int) -> int:
    """A node after which the task may well go: beside a near task, or first of a day. Or -1."""
    tasks, people = data.able.shape
    if draw(chance) < 0.05:
        person = pick(chance, people)
        return tasks + person if data.able[node, person] else -1
    side = pick(chance, 2)
    other = data.near[side, node, pick(chance, data.near.shape[2])]
    if other < 0 or state.link[CREW, other] < 0:
        return -1
    return int(other if side == 0 else state.link[PREV, other])


@compiled
def spot_for(data: Data, state: State, chance: Chance, node: int, mate: int, tries: int) -> int:
    """Best of a few places for the second of two tasks, the first being placed. Or -1."""
    person = state.link[CREW, node]
    best, least = -1, np.inf
    for _ in range(tries):
        spot = somewhere(data, state, chance, mate)
        if spot < 0 or spot == mate or spot == node:  # noqa: PLR1714, SIM109
            continue
        other = state.link[CREW, spot]
        if other == person or not data.able[mate, other]:
            continue
        after = state.link[NEXT, spot]
        detour = leg(data, spot, mate) + leg(data, mate, after) - leg(data, spot, after)
        begin = state.begin[spot] + data.real[STAY, spot] + leg(data, spot, mate)
        detour += max(0.0, begin - data.real[DUE, mate]) + data.taste[mate, other]
        if detour < least:
            best, least = spot, detour
    return best


@compiled
def move_both(data: Data, state: State, chance: Chance, node: int, tries: int) -> float:
    """Take both tasks of a visit elsewhere: the second to the best of a few places."""
    mate = data.whole[MATE, node]
    if mate < 0:
        return np.inf
    before = somewhere(data, state, chance, node)
    if before < 0 or before == node or before == mate:  # noqa: PLR1714, SIM109
        return np.inf
    if not data.able[node, state.link[CREW, before]]:
        return np.inf
    change = data.weights[0] * (cut_out(data, state, node) + cut_out(data, state, mate))
    change += put_in(data, state, node, before)
    best = spot_for(data, state, chance, node, mate, tries)
    if best < 0:
        return np.inf
    return float(change + put_in(data, state, mate, best))


@compiled
def first_of(data: Data, node: int) -> int:
    """The task under which a visit is listed and priced."""
    mate = data.whole[MATE, node]
    return node if mate < 0 else min(node, mate)


@compiled
def leave_out(data: Data, state: State, node: int) -> float:
    """Take a visit out of the plan; the change of travel, taste and prices."""
    first = first_of(data, node)
    change = data.real[PRICE, first] + set_free(data, state, first)
    mate = data.whole[MATE, first]
    if mate >= 0:
        change += set_free(data, state, mate)
    state.tally[GOING] = first
    return float(change)


@compiled
def set_free(data: Data, state: State, task: int) -> float:
    """Take a task from its person; the change of travel and taste."""
    change = data.weights[0] * cut_out(data, state, task)
    change -= data.taste[task, state.link[CREW, task]]
    put(state, CREW, task, -1)
    look_at(state, task)
    return float(change)


@compiled
def bring_in(data: Data, state: State, chance: Chance, tries: int) -> float:
    """Bring in a visit that was left out, half the time in place of the one that stands there."""
    node = state.outs[0, pick(chance, state.tally[OUTS])]
    before = somewhere(data, state, chance, node)
    if before < 0 or not data.able[node, state.link[CREW, before]]:
        return np.inf
    change = -data.real[PRICE, node]
    after = state.link[NEXT, before]
    if after < data.able.shape[0] and draw(chance) < 0.5:
        change += leave_out(data, state, after)
        if state.link[CREW, before] < 0:
            return np.inf
    state.tally[COMING] = node
    change += put_in(data, state, node, before)
    mate = data.whole[MATE, node]
    if mate < 0:
        return float(change)
    best = spot_for(data, state, chance, node, mate, tries)
    if best < 0:
        return np.inf
    return float(change + put_in(data, state, mate, best))


@compiled
def trade_roles(data: Data, state: State, node: int) -> float:
    """The two people at one door take each other's task."""
    mate = data.whole[MATE, node]
    if mate < 0:
        return np.inf
    mine, theirs = state.link[CREW, node], state.link[CREW, mate]
    if not data.able[node, theirs] or not data.able[mate, mine]:
        return np.inf
    head, other = state.link[PREV, node], state.link[PREV, mate]
    change = data.weights[0] * (cut_out(data, state, node) + cut_out(data, state, mate))
    return float(change + put_in(data, state, node, other) + put_in(data, state, mate, head))
