"""Ruin and recreate: take strings of neighbouring visits out, put each back where it is cheapest.

The slack induction by string removals of Christiaens and Vanden Berghe (2020, doi
10.1287/trsc.2019.0914), with pairs taken out and put back as pairs. Single moves mend a plan;
this one turns over a corner of it, which several people's routes only leave together.
"""

from __future__ import annotations

import numpy as np

from planning.anneal import cost_of
from planning.arrays import DUE, MATE, PRICE, Data, Ints
from planning.chance import Chance, draw, pick
from planning.clock import retime, settle
from planning.compiled import compiled
from planning.moves import first_of, set_free
from planning.problem import Floats
from planning.recreate import insert_visit
from planning.state import (
    CREW,
    FIXED,
    GOING,
    LATES,
    NEXT,
    OUTS,
    PREV,
    WRITES,
    State,
    enlist,
)


@compiled
def remember(state: State, spare: State) -> None:
    """Copy a plan into another state, stamps aside."""
    spare.link[:] = state.link
    spare.begin[:] = state.begin
    spare.sums[:] = state.sums
    spare.lates[:] = state.lates
    spare.outs[:] = state.outs
    spare.tally[LATES] = state.tally[LATES]
    spare.tally[OUTS] = state.tally[OUTS]


@compiled
def take_out(data: Data, state: State, node: int) -> None:
    """Take the visit of a task out of the plan; its times are not yet found anew."""
    first = first_of(data, node)
    change = data.real[PRICE, first] + set_free(data, state, first)
    mate = data.whole[MATE, first]
    if mate >= 0:
        change += set_free(data, state, mate)
    state.sums[FIXED] += change
    enlist(state.outs, state.tally, OUTS, first)


@compiled
def ruin(data: Data, state: State, chance: Chance, strings: int, length: int) -> bool:
    """Take out up to so many strings of at most so many visits, near one another.

    False if what is left cannot be done in time: without the stop between, a journey may no longer
    end before a break, or the roads may be such that the way round is shorter.
    """
    tasks = data.able.shape[0]
    seed = pick(chance, tasks)
    node = seed
    for _ in range(4 * strings):
        if node >= 0 and state.link[CREW, node] >= 0 and state.tally[WRITES] < 4 * tasks:
            count = 1 + pick(chance, length)
            back = pick(chance, count)
            while back > 0 and state.link[PREV, node] < tasks:
                node = state.link[PREV, node]
                back -= 1
            while count > 0 and node < tasks:
                after = state.link[NEXT, node]
                take_out(data, state, node)
                node = after
                count -= 1
            strings -= 1
        if strings == 0:
            break
        node = data.near[pick(chance, 2), seed, pick(chance, data.near.shape[2])]
    state.tally[WRITES] = 0
    if not retime(data, state, np.inf):
        return False
    settle(data, state)
    return True


@compiled
def recreate(
    data: Data, state: State, chance: Chance, old: int, blink: float, spots: Ints, costs: Floats
) -> None:
    """Put back what was taken out, by chance or by window, each at its best place.

    ``old`` visits were out before; a few of them get their chance as well.
    """
    few = min(old, 4)
    order = state.outs[0, old - few : state.tally[OUTS]].copy()
    for at in range(few):
        order[at] = state.outs[0, pick(chance, old)]
    keys = np.empty(len(order))
    by_window = draw(chance) < 0.5
    for at in range(len(order)):
        keys[at] = data.real[DUE, order[at]] if by_window else draw(chance)
    for at in np.argsort(keys):
        if state.link[CREW, order[at]] < 0:
            insert_visit(data, state, chance, order[at], blink, spots, costs)
    state.tally[GOING] = -1


@compiled
def turn_over(
    data: Data,
    state: State,
    spare: State,
    chance: Chance,
    heat: float,
    rounds: int,
    shares: Floats,
    best_link: Ints,
    best: float,
) -> float:
    """Some rounds of ruin and recreate at one temperature; the best cost so far.

    Parameters
    ----------
    shares : float64, shape (2,)
        Rounds that take out a stretch of somebody's day or all of it; places overlooked.
    spare : State
        Any state of the same problem; overwritten.
    """
    spots, costs = np.zeros((2, 6), dtype=np.int32), np.zeros((2, 6))
    for _ in range(rounds):
        remember(state, spare)
        rise = -heat * np.log(draw(chance) + 1e-300)
        limit = cost_of(data, state) + rise
        old = state.tally[OUTS]
        strings, length = 1 + pick(chance, 3), 1 + pick(chance, 6)
        if draw(chance) < shares[0]:
            strings, length = 1, 2 * len(data.able)
        if not ruin(data, state, chance, strings, length):
            remember(spare, state)
            continue
        recreate(data, state, chance, old, shares[1], spots, costs)
        cost = cost_of(data, state)
        if cost > limit:
            remember(spare, state)
        elif cost < best - 1e-7:
            best, best_link[:] = cost, state.link
    return best
