"""What a day may ask of the search, each with its exact answer; and what it says to bad input."""

from __future__ import annotations

import numpy as np
import pytest

from planning.day import Person, Promise
from planning.errors import InvalidParams, InvalidProblem
from planning.params import Params
from planning.problem import ALWAYS, Problem, Task, Visit, Weights
from planning.result import Result
from planning.search import solve
from planning.stop import MaxSeconds, MaxSteps
from planning.verify import faults

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0))) * 10
"""Five places in a row, ten minutes apart."""

ONE = (Task(1, 30),)
PAIR = (Task(1, 30), Task(1, 30))


def planned(problem: Problem, seed: int = 1) -> Result:
    """A plan that keeps every rule."""
    result = solve(problem, MaxSteps(3000), seed)
    assert faults(problem, result) == ()
    return result


def times(result: Result) -> dict[int, list[tuple[int, float]]]:
    """Person and start of every task."""
    found: dict[int, list[tuple[int, int, float]]] = {}
    for route in result.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, []).append((stop.task, route.person, stop.start))
    return {visit: [part[1:] for part in sorted(parts)] for visit, parts in found.items()}


def test_everybody_starts_and_ends_at_their_own_place() -> None:
    people = [Person(1, ALWAYS, 0, 0, 1), Person(2, ALWAYS, 4, 4, 1), Person(3, ALWAYS, 4, None, 1)]
    visits = [Visit(10, 0, ONE, 60, 60), Visit(20, 4, ONE, 60, 60), Visit(30, 3, ONE, 60, 60)]
    result = planned(Problem(people, visits, LINE))
    assert times(result) == {10: [(1, 60.0)], 20: [(2, 60.0)], 30: [(3, 60.0)]}
    assert result.cost.total == 10.0


def test_a_break_cuts_the_day_and_journeys() -> None:
    people = [Person(1, ((0, 100), (160, 400)), 0, 0, 1)]
    result = planned(Problem(people, [Visit(10, 2, ONE, 60, 200)], LINE))
    assert times(result) == {10: [(1, 60.0)]}
    result = planned(Problem(people, [Visit(10, 2, ONE, 75, 200)], LINE))
    assert times(result) == {10: [(1, 180.0)]}


@pytest.mark.parametrize(("gap", "starts"), [((15, 20), [60.0, 75.0]), ((0, 0), [60.0, 60.0])])
def test_the_second_begins_within_its_gap(gap: tuple[int, int], starts: list[float]) -> None:
    people = [Person(k, ALWAYS, 0, 0, 1) for k in range(2)]
    result = planned(Problem(people, [Visit(10, 1, PAIR, 60, 90, gap=gap)], LINE))
    assert [start for _, start in times(result)[10]] == starts


def test_hard_windows_leave_out_and_soft_ones_cost() -> None:
    people = [Person(1, ALWAYS, 0, 0, 1)]
    hard = [Visit(10, 1, ONE, 60, 60), Visit(20, 1, ONE, 60, 60)]
    assert [left.reason for left in planned(Problem(people, hard, LINE)).left_out] == ["no_room"]
    soft = [Visit(10, 1, ONE, 60, 60, hard=False), Visit(20, 1, ONE, 60, 60, hard=False)]
    cost = planned(Problem(people, soft, LINE, Weights(1, 2, 3))).cost
    assert (cost.travel, cost.lateness, cost.worst, cost.total) == (20.0, 30.0, 30.0, 170.0)


def test_what_is_on_the_way_stands_and_the_rest_goes_round_it() -> None:
    """Person 1 has promised minute 100 at place 4; person 2 would be nearer for nothing."""
    promise = Promise(100, 130, 4, 60, key=7)
    people = [Person(1, ((0, 400),), 0, 0, 1, (promise,)), Person(2, ((0, 400),), 4, 4, 1)]
    result = planned(Problem(people, [Visit(10, 3, ONE, 0, 300)], LINE))
    assert times(result)[-8] == [(1, 100.0)]
    assert times(result)[10][0][0] == 1
    assert result.cost.travel == 80.0


def test_wishes_and_prices_are_weighed_against_the_way() -> None:
    """A known face is worth its minutes, a change of the announced costs them, only() decides."""
    people = [Person(1, ALWAYS, 0, 0, 1), Person(2, ALWAYS, 4, 4, 1)]

    def sent(**task: object) -> int:
        visit = Visit(10, 4, (Task(1, 30, **task),), 100, 100)  # type: ignore[arg-type]
        return times(planned(Problem(people, [visit], LINE)))[10][0][0]

    assert sent() == 2
    assert sent(tastes={1: -81}) == 1
    assert sent(tastes={1: -79}) == 2
    assert sent(tastes={2: 81}) == 1
    assert sent(only=frozenset([1])) == 1
    for price, served in ((79, False), (81, True)):
        alone = [people[0]]
        result = planned(Problem(alone, [Visit(10, 4, ONE, 100, 100, price=price)], LINE))
        assert bool(times(result)) is served
        assert result.cost.total == min(price, 80)


def test_roads_need_be_neither_symmetric_nor_metric() -> None:
    roads = np.array([[0.0, 90.0, 10.0], [5.0, 0.0, 5.0], [10.0, 10.0, 0.0]])
    people = [Person(1, ALWAYS, 0, 0, 1)]
    visits = [Visit(10, 1, ONE, 0, 500), Visit(20, 2, ONE, 0, 500)]
    assert planned(Problem(people, visits, roads)).cost.travel == 25.0


def test_nothing_to_do_nobody_there_and_no_time_are_answers() -> None:
    nobody = planned(Problem([], [Visit(10, 1, ONE)], LINE))
    assert [left.reason for left in nobody.left_out] == ["nobody_able"]
    idle = planned(Problem([Person(1, ALWAYS, 0, 0, 1)], [], LINE))
    assert (idle.cost.total, idle.left_out) == (0.0, ())
    people = [Person(1, ((0, 300),), 0, 0, 1)]
    visits = [Visit(10, 1, ONE, 0, 100), Visit(20, 1, ONE, 500, 600), Visit(30, 1, PAIR, 0, 100)]
    problem = Problem(people, visits, LINE)
    at_once = solve(problem, MaxSeconds(0))
    assert faults(problem, at_once) == ()
    assert {left.visit: left.reason for left in at_once.left_out} == {
        20: "no_time",
        30: "one_person_for_two",
    }


def test_two_thousand_visits_are_planned_at_once() -> None:
    """A first plan for a whole province, valid and complete."""
    dice = np.random.default_rng(1)
    spots = dice.uniform(0, 60, (500, 2))
    travel = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    people = [Person(k, ((480, 1080),), k, k, 1) for k in range(400)]
    opens = dice.integers(480, 900, 2000)
    visits = [Visit(k, k % 500, ONE, int(opens[k]), int(opens[k]) + 120) for k in range(2000)]
    problem = Problem(people, visits, travel)
    result = solve(problem, MaxSeconds(0))
    assert faults(problem, result) == ()
    assert result.complete


@pytest.mark.parametrize(
    "wrong",
    [
        {"travel": LINE[:3]},
        {"travel": LINE - 1},
        {"travel": np.full((5, 5), np.nan)},
        {"visits": [Visit(1, 9, ONE)]},
        {"visits": [Visit(1, 1, ONE), Visit(1, 2, ONE)]},
        {"people": [Person(1, ALWAYS, 7, 0, 1)]},
    ],
)
def test_days_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"people": [], "visits": [], "travel": LINE}
    with pytest.raises(InvalidProblem):
        Problem(**(good | wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"near": 0}, {"hot": 0.01}, {"split": 2}, {"pair": 0.9}, {"blink": 1}, {"turns": -1}]
)
def test_parameters_check_themselves(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidParams):
        Params(**wrong)  # type: ignore[arg-type]
