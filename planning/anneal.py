"""Simulated annealing over routes with exact times."""

from __future__ import annotations

import numpy as np

from planning.arrays import NEVER_OUT, PRICE, Data
from planning.chance import Chance, draw, pick
from planning.clock import retime, settle
from planning.compiled import compiled
from planning.moves import (
    bring_in,
    exchange,
    first_of,
    leave_out,
    move_both,
    somewhere,
    trade_roles,
)
from planning.problem import Floats
from planning.state import (
    COMING,
    CREW,
    FIXED,
    GOING,
    LATE,
    OUTS,
    WORST,
    WRITES,
    State,
    delist,
    enlist,
    take_back,
)


@compiled
def cost_of(data: Data, state: State) -> float:
    """Weighted cost of the plan as it stands."""
    lateness = data.weights[1] * state.sums[LATE] + data.weights[2] * state.sums[WORST]
    return float(state.sums[FIXED] + lateness)


@compiled
def propose(data: Data, state: State, chance: Chance, mix: Floats, ceiling: float) -> float:
    """Draw a move and link it; the change of its fixed cost, or infinity."""
    tasks = data.able.shape[0]
    if state.tally[OUTS] > 0 and draw(chance) < 0.1:
        return bring_in(data, state, chance, 8)
    node = pick(chance, tasks)
    if state.link[CREW, node] < 0:
        return np.inf
    if data.real[PRICE, first_of(data, node)] < NEVER_OUT and draw(chance) < 0.02:
        return leave_out(data, state, node)
    kind = draw(chance)
    if kind < mix[0]:
        return move_both(data, state, chance, node, 8)
    if kind < mix[1]:
        return trade_roles(data, state, node)
    return propose_run(data, state, chance, mix, node, kind, ceiling)


@compiled
def propose_run(
    data: Data, state: State, chance: Chance, mix: Floats, node: int, kind: float, ceiling: float
) -> float:
    """Link a move of one or more tasks in a row; the change of its fixed cost, or infinity."""
    tasks = data.able.shape[0]
    before = somewhere(data, state, chance, node)
    if before < 0:
        return np.inf
    run = other = 0
    if kind < mix[2]:
        run = other = tasks
    elif kind < mix[3]:
        run = 1
    elif kind < mix[4]:
        run = other = 1
    else:
        run = 1 + pick(chance, 3)
        other = pick(chance, 4)
    return exchange(data, state, node, run, before, other, ceiling)


@compiled
def anneal(
    data: Data,
    state: State,
    chance: Chance,
    mix: Floats,
    heat: float,
    steps: int,
    best_link: np.ndarray,
    best: float,
) -> float:
    """Run some steps at one temperature; the best cost so far, its links in ``best_link``."""
    cost = cost_of(data, state)
    for _ in range(steps):
        rise = -heat * np.log(draw(chance) + 1e-300)
        lateness = data.weights[1] * state.sums[LATE] + data.weights[2] * state.sums[WORST]
        ceiling = rise + lateness
        state.tally[COMING] = state.tally[GOING] = -1
        change = propose(data, state, chance, mix, ceiling)
        if change > ceiling or not retime(data, state, ceiling - change):
            if state.tally[WRITES] > 0:
                take_back(state)
            continue
        settle(data, state)
        state.tally[WRITES] = 0
        if state.tally[COMING] >= 0:
            delist(state.outs, state.tally, OUTS, state.tally[COMING])
        if state.tally[GOING] >= 0:
            enlist(state.outs, state.tally, OUTS, state.tally[GOING])
        state.sums[FIXED] += change
        cost = cost_of(data, state)
        if cost < best - 1e-7:
            best = cost
            best_link[:] = state.link
    return best
