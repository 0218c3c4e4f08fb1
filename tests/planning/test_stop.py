"""When a search ends: each criterion by its own measure, and refusals of senseless ones."""

from __future__ import annotations

import numpy as np
import pytest

from planning.day import Person
from planning.errors import InvalidParams
from planning.problem import ALWAYS, Problem, Task, Visit
from planning.search import solve
from planning.stop import Asked, FirstOf, MaxCpuSeconds, MaxSeconds, MaxSteps, NoGain

PROBLEM = Problem(
    [Person(k, ALWAYS, 0, 0, 1) for k in range(2)],
    [Visit(k, 0, (Task(1, 5),), 0, 90) for k in range(4)],
    np.ones((1, 1)),
)


def test_shares_of_a_budget() -> None:
    assert MaxSeconds(4).spent(1.0, 0, 0) == 0.25
    assert MaxSeconds(0).spent(0.0, 0, 0) == 1.0
    assert MaxSteps(10).spent(9e9, 5, 0) == 0.5
    assert NoGain(10).spent(0.0, 99, 9) == 0.0
    assert NoGain(10).spent(0.0, 99, 10) == 1.0
    assert FirstOf(MaxSteps(10), Asked(lambda: False)).spent(0.0, 3, 0) == 0.3
    assert FirstOf(MaxSteps(10), Asked(lambda: True)).spent(0.0, 3, 0) == 1.0


def test_processor_time_counts_from_the_first_question() -> None:
    stop = MaxCpuSeconds(0.05)
    assert stop.spent(9e9, 0, 0) == 0.0
    assert 0 < stop.spent(0.0, 0, 0) <= 1
    assert solve(PROBLEM, MaxCpuSeconds(0.05)).complete


def test_a_search_without_gain_ends_by_itself() -> None:
    result = solve(PROBLEM, FirstOf(MaxSteps(10**9), NoGain(3000)))
    assert result.complete
    assert result.steps < 20_000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MaxSeconds(-1),
        lambda: MaxSeconds(float("nan")),
        lambda: MaxCpuSeconds(-1),
        lambda: MaxSteps(-1),
        lambda: NoGain(0),
        FirstOf,
        lambda: solve(PROBLEM, MaxSteps(1), workers=0),
    ],
)
def test_senseless_budgets_are_refused(wrong: object) -> None:
    with pytest.raises(InvalidParams):
        wrong()  # type: ignore[operator]
