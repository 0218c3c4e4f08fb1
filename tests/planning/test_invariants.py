"""Whatever the day looks like, the search never breaks a rule and never miscounts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.day import Person, Promise
from planning.params import Params
from planning.problem import ALWAYS, Problem, Task, Visit, Weights
from planning.search import solve
from planning.stop import MaxSteps
from planning.verify import faults

PLACES = 5

minutes = st.integers(0, 600)


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """Up to four people with rosters, breaks and at most one promise each."""
    found = []
    for row in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, 200))
        noon = draw(st.integers(300, 360))
        rosters: list[tuple[tuple[int, int], ...]] = [
            ALWAYS,
            ((start, 600),),
            ((start, noon), (noon + 30, 700)),
            (),
        ]
        spans = draw(st.sampled_from(rosters))
        promises: tuple[Promise, ...] = ()
        promised = draw(st.booleans())
        if spans and promised:
            at = draw(st.integers(200, 290))
            place = draw(st.none() | st.integers(0, PLACES - 1))
            promises = (Promise(at, at + 20, place, at - draw(st.integers(0, 30)), key=row),)
        end = draw(st.none() | st.integers(0, PLACES - 1))
        found.append(
            Person(
                row, spans, draw(st.integers(0, PLACES - 1)), end, draw(st.integers(0, 3)), promises
            )
        )
    return found


@st.composite
def visits(draw: st.DrawFn) -> list[Visit]:
    """Up to six visits: singles, pairs at once, pairs one after the other; soft and hard."""
    found = []
    for row in range(draw(st.integers(0, 6))):
        tasks = tuple(
            Task(
                draw(st.integers(0, 3)),
                draw(st.integers(0, 40)),
                tastes={0: draw(st.integers(-5, 5))},
            )
            for _ in range(draw(st.integers(1, 2)))
        )
        least = draw(st.integers(0, 30))
        opens = draw(minutes)
        found.append(
            Visit(
                row,
                draw(st.integers(0, PLACES - 1)),
                tasks,
                opens,
                opens + draw(minutes),
                hard=draw(st.booleans()),
                gap=(least, least + draw(st.integers(0, 30))),
                setup=draw(st.integers(0, 5)),
                leave=draw(st.integers(0, 5)),
                price=draw(st.none() | st.integers(0, 100)),
            )
        )
    return found


@settings(max_examples=60, deadline=None)
@given(people(), visits(), st.integers(0, 2**31))
def test_every_plan_passes_the_checker(crew: list[Person], doors: list[Visit], seed: int) -> None:
    travel = np.random.default_rng(seed).integers(0, 40, (PLACES, PLACES)).astype(np.float64)
    problem = Problem(crew, doors, travel, Weights(1.0, 0.5, 0.5))
    result = solve(problem, MaxSteps(2000), seed=seed)
    assert faults(problem, result) == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ruins_keep_the_rules_when_breaks_cut_the_day(seed: int) -> None:
    """Without a stop before the break a journey may not fit before it: such ruins are refused."""
    dice = np.random.default_rng(seed)
    spots = dice.uniform(0, 60, (80, 2))
    travel = np.linalg.norm(spots[:, None] - spots[None], axis=2)
    crew = [Person(k, ((480, 720), (780, 1080)), 0, 0, 1 + k % 3) for k in range(16)]
    doors = []
    for k in range(80):
        opens = float(dice.integers(480, 900))
        tasks = (Task(int(dice.integers(1, 3)), 20.0),) * (1 + k % 3 // 2)
        price = None if k % 5 else 40.0
        doors.append(Visit(k, k, tasks, opens, opens + 90, price=price))
    problem = Problem(crew, doors, travel)
    result = solve(problem, MaxSteps(40_000), seed=seed, params=Params(turns=20))
    assert faults(problem, result) == ()
