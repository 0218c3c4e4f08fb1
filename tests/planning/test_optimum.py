"""On days small enough to try everything, the search finds the best there is."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import numpy as np
import pytest

from planning.day import Person
from planning.problem import ALWAYS, Problem, Task, Visit, Weights
from planning.search import solve
from planning.stop import MaxSteps
from planning.verify import faults

THIRD = Weights(1 / 3, 1 / 3, 1 / 3)

Node = tuple[int, int]


def small_day(seed: int) -> Problem:
    """Two or three people, four visits, some for two; soft windows."""
    dice = np.random.default_rng(seed)
    spots = dice.uniform(0, 60, (5, 2))
    travel = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1))
    people = [Person(row, ALWAYS, 0, 0, 3) for row in range(2)]
    visits = []
    for row in range(4):
        opens = float(dice.integers(0, 120))
        tasks = (Task(1, 10), Task(2, 10))[: 1 + row % 2]
        gap = (0.0, 0.0) if row == 1 else (5.0, 20.0)
        visits.append(Visit(row, row + 1, tasks, opens, opens + 30, hard=False, gap=gap))
    return Problem(people, visits, travel, THIRD)


def cost_of(problem: Problem, routes: list[tuple[Node, ...]]) -> float:
    """Cost of given orders by relaxing all waits until nothing moves; infinite if they cycle."""
    begin = {
        (visit.id, rank): visit.earliest
        for visit in problem.visits
        for rank in range(len(visit.tasks))
    }
    for _ in range(60):
        before = dict(begin)
        for route in routes:
            place, free = 0, 0.0
            for node in route:
                visit = problem.visits[node[0]]
                begin[node] = max(begin[node], free + problem.travel[place, visit.place])
                place, free = visit.place, begin[node] + visit.tasks[node[1]].duration
        for visit in problem.visits:
            if len(visit.tasks) == 2:
                first, second = (visit.id, 0), (visit.id, 1)
                begin[second] = max(begin[second], begin[first] + visit.gap[0])
                begin[first] = max(begin[first], begin[second] - visit.gap[1])
        if begin == before:
            break
    else:
        return float("inf")
    late = [max(0.0, time - problem.visits[node[0]].latest) for node, time in begin.items()]
    travel = 0.0
    for route in routes:
        places = [0, *(problem.visits[row].place for row, _ in route), 0]
        travel += sum(problem.travel[a, b] for a, b in pairwise(places))
    return float(travel + sum(late) + max(late)) / 3


def brute_force(problem: Problem) -> float:
    """Least cost over all assignments and orders."""
    nodes = [(visit.id, rank) for visit in problem.visits for rank in range(len(visit.tasks))]
    best = float("inf")
    for who in product(range(2), repeat=len(nodes)):
        crew = dict(zip(nodes, who, strict=True))
        if any(crew.get((row, 1), -1) == crew[row, 0] for row in range(4)):
            continue
        mine, theirs = ([n for n in nodes if crew[n] == person] for person in range(2))
        for first, second in product(permutations(mine), permutations(theirs)):
            best = min(best, cost_of(problem, [first, second]))
    return best


@pytest.mark.parametrize("seed", range(3))
def test_search_finds_the_brute_force_optimum(seed: int) -> None:
    problem = small_day(seed)
    result = solve(problem, MaxSteps(20_000), seed=seed)
    assert faults(problem, result) == ()
    assert result.cost.total == pytest.approx(brute_force(problem))


def test_more_steps_are_not_worse() -> None:
    problem = small_day(9)
    costs = [solve(problem, MaxSteps(steps), seed=1).cost.total for steps in (0, 20_000)]
    assert costs[1] <= costs[0]
