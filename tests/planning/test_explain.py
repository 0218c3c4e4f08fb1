"""Why these two, why then, what would have to give, what changed: exact answers on tiny days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planning.compare import Moved, compare
from planning.day import Person
from planning.explain import Give, Part, Way, When, Who, ways, why, why_all
from planning.problem import ALWAYS, Problem, Task, Visit
from planning.search import solve
from planning.stop import MaxSteps

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0))) * 10
"""Five places in a row, ten minutes apart."""

ONE = (Task(1, 30),)


def test_why_these_two_and_why_then() -> None:
    """The handler comes from a visit before; the witness, one of two, is nearer and waits."""
    people = [
        Person(1, ALWAYS, 0, 0, 3),
        Person(2, ALWAYS, 4, 4, 2),
        Person(3, ALWAYS, 0, 0, 2),
    ]
    visits = [
        Visit(10, 1, ONE, 60, 60),
        Visit(20, 3, (Task(1, 30), Task(2, 30)), 60, 180),
    ]
    problem = Problem(people, visits, LINE)
    plan = solve(problem, MaxSteps(2000), seed=1)
    assert why(problem, plan, 10) == (Part(1, Who.ONLY_ONE, When.WINDOW, 1, 0.0, 0.0, 0.0),)
    assert why(problem, plan, 20) == (
        Part(1, Who.ONLY_ONE, When.WAY, 1, 40.0, 0.0, 70.0),
        Part(2, Who.LEAST_WAY, When.MATE, 3, 20.0, 0.0, 70.0),
    )
    assert why(problem, plan, 99) == ()
    assert why_all(problem, plan) == {pk: why(problem, plan, pk) for pk in (10, 20)}


def test_a_familiar_face_and_a_roster_are_named() -> None:
    people = [Person(1, ((100, 400),), 0, 0, 1), Person(2, ((100, 400),), 4, 4, 1)]
    visits = [Visit(10, 3, (Task(1, 30, tastes={1: -50}),), 0, 300)]
    problem = Problem(people, visits, LINE)
    plan = solve(problem, MaxSteps(500), seed=1)
    [part] = why(problem, plan, 10)
    assert (part.person, part.who, part.taste, part.slack) == (1, Who.WISHED, -50.0, 170.0)


def test_what_would_have_to_give() -> None:
    """One person, two visits at the same minute: later by forty minutes, or the other one."""
    people = [Person(1, ((0, 200),), 0, 0, 1)]
    visits = [Visit(10, 1, ONE, 60, 60), Visit(20, 2, ONE, 60, 60, price=5)]
    problem = Problem(people, visits, LINE)
    plan = solve(problem, MaxSteps(500), seed=1)
    assert [left.visit for left in plan.left_out] == [20]
    assert ways(problem, plan, 20) == (
        Way(Give.EARLIER, 45.0, None, 20.0),
        Way(Give.LATER, 45.0, None, 20.0),
        Way(Give.INSTEAD, 0.0, 10, 20.0),
    )
    assert ways(problem, plan, 10) == ()


def test_overtime_is_what_lacks_at_the_end_of_the_day() -> None:
    people = [Person(1, ((0, 100),), 0, 0, 1)]
    problem = Problem(people, [Visit(10, 2, ONE, 60, 60)], LINE)
    plan = solve(problem, MaxSteps(100), seed=1)
    assert ways(problem, plan, 10) == (
        Way(Give.EARLIER, 10.0, None, 40.0),
        Way(Give.OVERTIME, 10.0, None, 40.0),
    )


def test_who_is_absent_changes_only_what_they_had() -> None:
    people = [Person(k, ALWAYS, 0, 0, 1) for k in range(3)]
    visits = [
        Visit(10, 1, ONE, 60, 60),
        Visit(20, 2, ONE, 60, 60),
        Visit(30, 3, ONE, 300, 300, price=1),
    ]
    before = Problem(people, visits, LINE)
    plan = solve(before, MaxSteps(2000), seed=1)
    crew = {stop.visit: route.person for route in plan.routes for stop in route.stops}
    gone = crew[10]
    after = replace(before, people=[one for one in people if one.id != gone])
    again = solve(after, MaxSteps(2000), seed=2, start=plan)
    change = compare(again, plan)
    assert again.complete
    assert [one.visit for one in change.moved] == [10]
    assert isinstance(change.moved[0], Moved)
    assert change.moved[0].people_before == (gone,)
    assert change.moved[0].later == 0.0
    assert (change.lost, change.gained, change.cost.travel) == ((), (), 0.0)
    assert compare(plan, plan).moved == ()


def test_a_plan_gone_on_with_is_never_worse() -> None:
    people = [Person(k, ((0, 600),), k % 4, k % 4, 3) for k in range(6)]
    pair = (Task(1, 20), Task(2, 20))
    visits = [Visit(k, k % 5, pair, 40 * (k % 7), 40 * (k % 7) + 60) for k in range(14)]
    problem = Problem(people, visits, LINE)
    plan = solve(problem, MaxSteps(3000), seed=1)
    kept = solve(problem, MaxSteps(0), seed=2, start=plan)
    assert kept.routes == plan.routes
    assert solve(problem, MaxSteps(3000), seed=3, start=plan).cost.total <= plan.cost.total
