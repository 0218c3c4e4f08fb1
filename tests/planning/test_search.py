"""The search keeps every rule, repeats itself for the same seed, and says why it leaves out."""

from __future__ import annotations

import numpy as np

from planning.day import Person
from planning.problem import ALWAYS, Problem, Task, Visit
from planning.search import solve
from planning.stop import MaxSteps

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0))) * 10
"""Five places in a row, ten minutes apart."""


def test_two_people_meet_and_the_way_there_and_back_is_paid() -> None:
    people = [Person(row, ALWAYS, 0, 0, 1) for row in range(2)]
    visits = [Visit(7, 4, (Task(1, 30), Task(1, 30)), 60, 90)]
    result = solve(Problem(people, visits, LINE), MaxSteps(2000), seed=1)
    assert result.complete
    assert result.cost.total == 4 * 40
    assert {stop.start for route in result.routes for stop in route.stops} == {60.0}


def test_same_seed_same_plan() -> None:
    people = [Person(row, ALWAYS, 0, 0, 1) for row in range(3)]
    visits = [Visit(k, 1 + k % 4, (Task(1, 20),) * (1 + k % 2), 30 * k, 30 * k) for k in range(9)]
    problem = Problem(people, visits, LINE)
    first, again = (solve(problem, MaxSteps(4000), seed=5) for _ in range(2))
    assert first.routes == again.routes
    assert first.cost == again.cost


def test_reasons_are_told_apart() -> None:
    people = [Person(1, ((480, 600),), 0, 0, 1), Person(2, ((480, 600),), 0, 0, 2)]
    visits = [
        Visit(1, 1, (Task(4, 30),)),
        Visit(2, 1, (Task(1, 30), Task(1, 30))),
        Visit(3, 1, (Task(1, 30),), 700, 720),
    ]
    result = solve(Problem(people, visits, LINE), MaxSteps(100))
    reasons = {left.visit: left.reason for left in result.left_out}
    assert reasons == {1: "nobody_able", 2: "one_person_for_two", 3: "no_time"}
