"""Best place for a task, and for both tasks of a visit at once, tried on the real clock."""

from __future__ import annotations

import numpy as np

from planning.arrays import DUE, LAST, MATE, OPEN, PRICE, STAY, Data, Ints
from planning.chance import Chance, draw
from planning.clock import retime, settle
from planning.compiled import compiled
from planning.moves import leg, put_in
from planning.problem import Floats
from planning.state import (
    CREW,
    FIXED,
    LATE,
    NEXT,
    OUTS,
    SEEN,
    WORST,
    WRITES,
    State,
    delist,
    take_back,
)


@compiled
def scan(
    data: Data,
    state: State,
    chance: Chance,
    node: int,
    blink: float,
    spots: Ints,
    costs: Floats,
) -> int:
    """Cheapest places for a task by a bound that looks one stop ahead; how many were found.

    A place is overlooked with chance ``blink`` (Christiaens and Vanden Berghe 2020). ``spots`` and
    ``costs``, shape (most,), are filled, cheapest first: the node to follow, and the bound.
    """
    tasks, people = data.able.shape
    most, found = spots.shape[0], 0
    mate = data.whole[MATE, node]
    taken = state.link[CREW, mate] if mate >= 0 else -1
    for person in range(people):
        if not data.able[node, person] or person == taken:
            continue
        before = tasks + person
        while before < tasks + people:
            inward = leg(data, before, node)
            begin = state.begin[before] + data.real[STAY, before] + inward
            begin = max(data.real[OPEN, node], begin)
            late = data.weights[1] * max(0.0, begin - data.real[DUE, node])
            if begin > data.real[LAST, node] or (found == most and late >= costs[most - 1]):
                break
            after = state.link[NEXT, before]
            bound = late + data.taste[node, person] + shove(data, state, node, after, begin)
            bound += data.weights[0] * (inward - leg(data, before, after))
            keep = bound < np.inf and (found < most or bound < costs[most - 1])
            if keep and (blink <= 0.0 or draw(chance) >= blink):
                found = min(found + 1, most)
                rank_in(spots, costs, found - 1, before, bound)
            before = after if after < tasks else tasks + people
    return found


@compiled
def shove(data: Data, state: State, node: int, after: int, begin: float) -> float:
    """Cost of going on to the next stop and of shoving it; infinity if past its last moment."""
    onward = leg(data, node, after)
    cost = data.weights[0] * onward
    shoved = begin + data.real[STAY, node] + onward
    if after >= data.able.shape[0] or shoved <= state.begin[after]:
        return float(cost)
    if shoved > data.real[LAST, after]:
        return np.inf
    due = data.real[DUE, after]
    more = max(0.0, shoved - due) - max(0.0, state.begin[after] - due)
    return float(cost + data.weights[1] * more)


@compiled
def rank_in(spots: Ints, costs: Floats, at: int, spot: int, cost: float) -> None:
    """Sort a place into a list whose position ``at`` is free."""
    while at > 0 and costs[at - 1] > cost:
        costs[at] = costs[at - 1]
        spots[at] = spots[at - 1]
        at -= 1
    costs[at] = cost
    spots[at] = spot


@compiled
def lateness(data: Data, state: State) -> float:
    """Weighted cost of lateness as booked."""
    return float(data.weights[1] * state.sums[LATE] + data.weights[2] * state.sums[WORST])


@compiled
def tried(data: Data, state: State, change: float, least: float) -> float:
    """Cost of the links just written, lateness included; all is taken back. Infinity if worse."""
    base = lateness(data, state)
    cost = np.inf
    if retime(data, state, base + least - change):
        late, worst = state.sums[LATE], 0.0
        for at in range(state.tally[SEEN]):
            node = state.seen[at]
            late += max(0.0, state.begin[node] - data.real[DUE, node])
            late -= max(0.0, state.old[at] - data.real[DUE, node])
        if data.weights[2] > 0.0:
            worst = worst_now(data, state)
        cost = change + data.weights[1] * late + data.weights[2] * worst - base
        for at in range(state.tally[SEEN]):
            state.begin[state.seen[at]] = state.old[at]
    take_back(state)
    return cost


@compiled
def worst_now(data: Data, state: State) -> float:
    """Greatest lateness with the new times."""
    worst = 0.0
    for at in range(state.tally[4]):
        node = state.lates[0, at]
        worst = max(worst, state.begin[node] - data.real[DUE, node])
    for at in range(state.tally[SEEN]):
        node = state.seen[at]
        worst = max(worst, state.begin[node] - data.real[DUE, node])
    return worst


@compiled
def insert_one(
    data: Data,
    state: State,
    chance: Chance,
    node: int,
    blink: float,
    spots: Ints,
    costs: Floats,
    limit: float,
) -> float:
    """Put a task at its best place, if that costs less than ``limit``; the cost, or infinity."""
    found = scan(data, state, chance, node, blink, spots[0], costs[0])
    best, least = -1, limit
    for k in range(found):
        if costs[0, k] >= least:
            break
        change = put_in(data, state, node, spots[0, k])
        cost = tried(data, state, change, least)
        if cost < least:
            best, least = spots[0, k], cost
    if best < 0:
        return np.inf
    state.sums[FIXED] += put_in(data, state, node, best)
    retime(data, state, np.inf)
    settle(data, state)
    state.tally[WRITES] = 0
    return least


@compiled
def insert_two(
    data: Data,
    state: State,
    chance: Chance,
    node: int,
    blink: float,
    spots: Ints,
    costs: Floats,
    limit: float,
) -> float:
    """Put both tasks of a visit at their best places together; the cost, or infinity."""
    mate = data.whole[MATE, node]
    found = scan(data, state, chance, node, blink, spots[0], costs[0])
    there = scan(data, state, chance, mate, blink, spots[1], costs[1])
    first, second, least = -1, -1, limit
    for k in range(found):
        for m in range(there):
            if costs[0, k] + costs[1, m] >= least:
                break
            if state.link[CREW, spots[0, k]] == state.link[CREW, spots[1, m]]:
                continue
            change = put_in(data, state, node, spots[0, k])
            change += put_in(data, state, mate, spots[1, m])
            cost = tried(data, state, change, least)
            if cost < least:
                first, second, least = spots[0, k], spots[1, m], cost
    if first < 0:
        return np.inf
    state.sums[FIXED] += put_in(data, state, node, first) + put_in(data, state, mate, second)
    retime(data, state, np.inf)
    settle(data, state)
    state.tally[WRITES] = 0
    return least


@compiled
def insert_visit(
    data: Data,
    state: State,
    chance: Chance,
    node: int,
    blink: float,
    spots: Ints,
    costs: Floats,
) -> float:
    """Bring in what lacks of a visit, if it is worth its price; the cost, or infinity.

    Parameters
    ----------
    node : int
        A task that is out.
    """
    mate = data.whole[MATE, node]
    first = node if mate < 0 else min(node, mate)
    if mate >= 0 and state.link[CREW, mate] < 0:
        price = data.real[PRICE, first]
        cost = insert_two(data, state, chance, first, blink, spots, costs, price)
    else:
        price = data.real[PRICE, first]
        cost = insert_one(data, state, chance, node, blink, spots, costs, price)
    if cost < np.inf:
        state.sums[FIXED] -= price
        delist(state.outs, state.tally, OUTS, first)
    return cost
