"""The search: several short anneals, then the best of them reheated.

Simulated annealing over explicit routes, the threshold drawn before the move so that hopeless
moves are dropped early (Burke and Bykov 2017 discuss such acceptance rules, doi
10.1016/j.ejor.2016.07.012). Workers are threads: compiled kernels run without the interpreter's
lock. They share nothing until all starts are over, so a number of steps makes a run repeatable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from time import perf_counter

import numpy as np

from planning.anneal import anneal, cost_of
from planning.arrays import DUE, MATE, OPEN, PRICE, Data, Ints, Packed, pack
from planning.chance import Chance, seeded
from planning.clock import retime, settle
from planning.day import Person
from planning.errors import InvalidParams
from planning.outcome import describe
from planning.params import Params
from planning.problem import ALWAYS, Problem, Task, Visit
from planning.recreate import insert_visit
from planning.result import Result
from planning.ruin import turn_over
from planning.state import CREW, FIXED, HEADS, NEXT, OUTS, PREV, State, empty_state
from planning.stop import MaxSeconds, MaxSteps, Stop
from planning.warm import carried_over

Progress = Callable[[float, float], None]


class Worker:
    """One line of search: a plan, its random numbers, and the best it has seen."""

    def __init__(self, data: Data, seed: int, params: Params, stop: Stop, began: float) -> None:
        self.data = data
        self.params = params
        self.stop = stop
        self.began = began
        self.dice = np.random.default_rng(seed)
        self.chance = seeded(seed)
        self.mix = params.mix
        self.ruins = np.array([params.whole, params.blink])
        self.heat = typical_leg(data) * max(float(data.weights[0]), 1e-9)
        self.steps = self.gained = 0
        self.trace: list[tuple[float, float]] = []
        self.best = np.inf
        self.spare = empty_state(data)
        self.best_link = self.spare.link.copy()

    def spent(self) -> float:
        """Share of the budget used."""
        stale = self.steps - self.gained
        return self.stop.spent(perf_counter() - self.began, self.steps, stale)

    def starts(self, share: float, tell: Progress | None) -> None:
        """Anneal from scratch several times, until a share of the budget is spent."""
        turn, count = 0, 0
        while not turn or (turn < count and self.spent() < share):
            self.take_over(empty_state(self.data).link)
            count = count or self.affordable()
            self.cool(self.params.hot, share * (turn + 1) / count, tell)
            turn += 1

    def take_over(self, link: Ints) -> None:
        """Begin with a given plan: what it leaves out is put in, then it counts as the best."""
        self.state = restored(self.data, link)
        construct(self.data, self.state, self.chance, self.dice)
        self.state = restored(self.data, self.state.link)  # sums without rounding
        self.keep(cost_of(self.data, self.state), self.state.link)

    def affordable(self) -> int:
        """Starts that leave each task enough steps, judged by a first chunk; at least one.

        Few long searches find better ends, many short ones evade bad beginnings: which weighs
        more depends on the budget per task.
        """
        begun = self.spent()
        if begun >= 1:
            return 1
        self.anneal(self.heat * self.params.hot, self.state.link.copy(), np.inf)
        chunk = self.spent() - begun
        if chunk <= 0:
            return self.params.starts
        steps = (1 - begun) / chunk * self.params.chunk
        return int(np.clip(steps / (self.params.pace * len(self.data.able)), 1, self.params.starts))

    def reheat(self, link: Ints, tell: Progress | None) -> None:
        """Go on from a plan, at a lower temperature, until the budget is spent."""
        if self.spent() < 1:
            self.state = restored(self.data, link)
            self.keep(cost_of(self.data, self.state), link)
            self.cool(self.params.reheat, 1.0, tell)

    def cool(self, hot: float, until: float, tell: Progress | None) -> None:
        """Anneal from a temperature down to the last, until a share of the budget is spent."""
        begun = self.spent()
        link = self.state.link.copy()
        best = cost_of(self.data, self.state)
        while (spent := self.spent()) < until:
            share = (spent - begun) / (until - begun)
            heat = self.heat * hot * (self.params.cold / hot) ** share
            best = self.anneal(heat, link, best)
            self.keep(best, link)
            if tell is not None:
                tell(perf_counter() - self.began, self.best)

    def anneal(self, heat: float, link: Ints, best: float) -> float:
        """One chunk of single moves, then of ruins, at one temperature; the best cost so far."""
        data, state, chance = self.data, self.state, self.chance
        steps, turns = self.params.chunk, self.params.turns
        best = anneal(data, state, chance, self.mix, heat, steps, link, best)
        self.steps += steps
        return turn_over(data, state, self.spare, chance, heat, turns, self.ruins, link, best)

    def keep(self, cost: float, link: Ints) -> None:
        """Remember a plan if it is the best so far."""
        if cost < self.best - 1e-9:
            self.best = cost
            self.best_link = link.copy()
            self.gained = self.steps
            self.trace.append((perf_counter() - self.began, cost))


def solve(
    problem: Problem,
    stop: Stop | None = None,
    seed: int = 0,
    params: Params | None = None,
    workers: int = 1,
    tell: Progress | None = None,
    start: Result | None = None,
) -> Result:
    """Plan a day.

    Parameters
    ----------
    stop : Stop
        When to end; ten seconds unless told. With ``MaxSteps`` the same seed gives the same plan.
    workers : int
        Threads.
    tell : callable
        Called between chunks with seconds and the first worker's best cost.
    start : Result
        A plan to go on from, of this day or one like it; what no longer fits is planned anew. The
        whole budget goes into making it better, so the answer stays near it.
    """
    ready()
    began = perf_counter()
    params = params or Params()
    stop = stop or MaxSeconds(10)
    if workers < 1:
        raise InvalidParams(f"at least one worker is needed, got {workers}")
    packed = pack(problem, params.near)
    if not packed.visit or not problem.people:
        return describe(problem, packed, empty_state(packed.data), 0, perf_counter() - began, ())
    crew = [Worker(packed.data, seed * 1009 + rank, params, stop, began) for rank in range(workers)]
    tells = [tell] + [None] * (workers - 1)
    if start is not None:
        known = carried_over(problem, packed, start).link
        in_step([partial(worker.take_over, known) for worker in crew])
    else:
        in_step([partial(w.starts, params.split, t) for w, t in zip(crew, tells, strict=True)])
    link = min(crew, key=lambda worker: worker.best).best_link
    in_step([partial(w.reheat, link, t) for w, t in zip(crew, tells, strict=True)])
    winner = min(crew, key=lambda worker: worker.best)
    return finish(problem, packed, winner, sum(worker.steps for worker in crew))


@cache
def ready() -> None:
    """Compile every kernel, or load what an earlier process compiled, before the clock starts."""
    people = [Person(row, ALWAYS, 0, 0, 1) for row in range(2)]
    visits = [Visit(0, 0, (Task(1, 1), Task(1, 1)), 0, 1), Visit(1, 0, (Task(1, 1),), 0, 1)]
    worker = Worker(
        pack(Problem(people, visits, np.ones((1, 1))), 1).data, 0, Params(), MaxSteps(1), 0.0
    )
    worker.starts(1.0, None)
    worker.reheat(worker.best_link, None)


def finish(problem: Problem, packed: Packed, winner: Worker, steps: int) -> Result:
    """The best plan, in words and numbers."""
    state = restored(packed.data, winner.best_link)
    seconds = perf_counter() - winner.began
    return describe(problem, packed, state, steps, seconds, tuple(winner.trace))


def in_step(jobs: Sequence[Callable[[], None]]) -> None:
    """Run jobs side by side until all are done."""
    if len(jobs) == 1:
        jobs[0]()
        return
    with ThreadPoolExecutor(len(jobs)) as pool:
        for job in [pool.submit(job) for job in jobs]:
            job.result()


def typical_leg(data: Data) -> float:
    """Mean minutes between a task and those best placed right after it: the unit of heat."""
    tasks = data.able.shape[0]
    near = data.near[1]
    here = np.repeat(data.whole[0, :tasks, None], near.shape[1], axis=1)[near >= 0]
    if not len(here):
        return 1.0
    return max(float(data.road[here, data.whole[0, near[near >= 0]]].mean()), 1e-3)


def construct(data: Data, state: State, chance: Chance, dice: np.random.Generator) -> None:
    """Insert everything, dearest and scarcest first, each at its best place."""
    tasks = data.able.shape[0]
    firsts = state.outs[0, : state.tally[OUTS]].copy()
    scarce = data.able[firsts].sum(axis=1) * dice.uniform(0.7, 1.3, len(firsts))
    due = np.minimum(data.real[DUE, firsts], data.real[OPEN, firsts] + 600)
    pair = data.whole[MATE, firsts] >= 0
    order = np.lexsort(
        (scarce, due * dice.uniform(0.8, 1.2, len(firsts)), ~pair, -data.real[PRICE, firsts])
    )
    spots = np.zeros((2, min(12, tasks + 1)), dtype=np.int32)
    costs = np.zeros(spots.shape)
    for node in firsts[order]:
        insert_visit(data, state, chance, node, 0.0, spots, costs)


def restored(data: Data, link: Ints) -> State:
    """A whole state from links alone."""
    state = empty_state(data)
    state.link[:] = link
    tasks, people = data.able.shape
    nodes = link.shape[1]
    served = link[CREW, :tasks] >= 0
    firsts = state.outs[0, : state.tally[OUTS]].copy()
    state.outs[:] = -1
    left = firsts[~served[firsts]]
    state.outs[0, : len(left)], state.outs[1, left] = left, np.arange(len(left))
    state.tally[OUTS] = len(left)
    before = np.r_[np.flatnonzero(served), np.arange(tasks, tasks + people)]
    place = data.whole[0]
    travel = data.road[place[before], place[link[NEXT, before]]].sum()
    mine = np.flatnonzero(served)
    state.sums[FIXED] = (
        data.weights[0] * travel
        + data.taste[mine, link[CREW, mine]].sum()
        + data.real[PRICE, left].sum()
    )
    ends = np.arange(tasks + people, nodes)
    heads = np.r_[mine, ends[link[PREV, ends] < tasks]]
    state.queue[: len(heads)] = heads
    state.tally[HEADS] = len(heads)
    retime(data, state, np.inf)
    settle(data, state)
    return state
