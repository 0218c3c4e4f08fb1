"""The figures of a region: right, scoped, and in as many queries for many branches as for one."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine

from accounts.roles import Role
from audits import findings, inspections, queries
from audits.models import InspectionKind, Side
from audits.queries import Age, Place
from audits.sampling import BranchFacts
from audits.scoring import Gap, GapKind, Points
from audits.states import ImprovementStatus
from foundation import clock
from tests.audits.make import (
    World,
    answer_all,
    bring_to,
    make_improvement,
    make_inspection,
    make_submitted,
    make_world,
)
from tests.make import MORNING, make_branch, make_region, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def self_check(world: World) -> None:
    check = make_inspection(
        world, kind=InspectionKind.SELF_CHECK, inspector=world.martha, actor=world.martha
    )
    answer_all(check)
    inspections.sign(inspection=check, side=Side.INSPECTOR, name="", actor=world.martha)
    inspections.submit(inspection=check, actor=world.martha)


def test_trend_and_latest_leave_self_checks_and_strangers_out(
    morning: time_machine.Traveller,
) -> None:
    world = make_world()
    first = make_submitted(world, failing=("Y1", "X1"))
    morning.move_to(MORNING + timedelta(days=30))
    second = make_submitted(world, failing=("X1",))
    self_check(world)
    assert list(queries.trend(world.martha, world.branch)) == [first, second]
    assert [row.percent for row in (first, second)] == [Fraction(300, 8), Fraction(600, 8)]
    assert queries.latest_results(world.olga).get() == second
    stranger = make_user(Role.OFFICER, region=make_region())
    assert not queries.latest_results(stranger).exists()
    assert not queries.trend(stranger, world.branch).exists()


def test_why_it_moved_and_what_is_missing_for_the_next_grade() -> None:
    world = make_world()
    first = make_submitted(world, failing=("Y1", "X1"))
    second = make_submitted(world, failing=("X1",))
    [moved] = queries.why_score_moved(first, second)
    assert (moved.item, moved.effect) == ("Y1", Fraction(300, 8))
    above, missing = queries.missing_for_next_grade(second)
    assert above is not None
    assert (above.code, missing) == ("demonstration", [Gap(GapKind.ITEM, "", 1, ("X1",))])
    third = make_submitted(world)
    assert queries.missing_for_next_grade(third) == (None, [])


def test_a_place_among_branches_of_like_size() -> None:
    world = make_world()
    small = [world.branch, make_branch(world.region), make_branch(world.region)]
    large = make_branch(world.region)
    make_staff(large, 30)
    for branch, failing in zip(
        [*small, large], [("Y2",), ("X2",), ("Y2",), ("X1", "X2")], strict=True
    ):
        make_submitted(world, branch=branch, failing=failing)
    assert queries.places(world.olga) == {
        small[0].pk: Place(Fraction(700, 8), 1, 3),
        small[1].pk: Place(Fraction(600, 8), 3, 3),
        small[2].pk: Place(Fraction(700, 8), 1, 3),
        large.pk: Place(Fraction(400, 8), 1, 1),
    }


@pytest.mark.parametrize(("people", "band"), [(0, 0), (5, 0), (6, 1), (10, 1), (20, 2), (21, 3)])
def test_sizes(people: int, band: int) -> None:
    assert queries.size_band(people) == band


def test_coverage_counts_the_newest_results_only() -> None:
    world = make_world()
    other = make_branch(world.region)
    make_submitted(world, failing=("X1", "X2"))
    make_submitted(world, failing=("X1",))
    make_submitted(world, branch=other)
    found = queries.coverage(world.olga)
    assert found["X1"] == {"fail": 1, "pass": 1}
    assert found["X2"] == {"pass": 2}
    assert queries.coverage(make_user(Role.OFFICER, region=make_region())) == {}


def test_sections_of_every_branch() -> None:
    world = make_world()
    other = make_branch(world.region)
    make_submitted(world, failing=("X1", "Y1"))
    make_submitted(world, failing=("X1",))
    make_submitted(world, branch=other)
    assert queries.section_matrix(world.olga) == {
        world.branch.pk: {"X": Points("X", 2, 4), "Y": Points("Y", 4, 4)},
        other.pk: {"X": Points("X", 4, 4), "Y": Points("Y", 4, 4)},
    }
    assert list(queries.section_matrix(world.martha)) == [world.branch.pk]


def test_overdue_by_age() -> None:
    world = make_world()
    make_submitted(world, failing=("X1", "Y1", "Y2"))  # due 12-16, 12-02, 2027-01-06
    closed = make_improvement(world, "X2")
    bring_to(closed, ImprovementStatus.CLOSED, world)
    assert queries.overdue_by_age(world.martha, date(2026, 12, 2)) == [
        Age(7, 0, 0),
        Age(30, 0, 0),
        Age(90, 0, 0),
        Age(None, 0, 0),
    ]
    assert queries.overdue_by_age(world.martha, date(2027, 1, 10)) == [
        Age(7, 1, 0),
        Age(30, 1, 1),
        Age(90, 1, 1),
        Age(None, 0, 0),
    ]
    assert sum(age.number for age in queries.overdue_by_age(world.olga, date(2028, 1, 1))) == 3
    stranger = make_user(Role.MANAGER, branches=[make_branch(world.region)])
    assert not queries.improvements_of(stranger).exists()


def test_a_finding_at_three_branches_asks_for_a_theme() -> None:
    world = make_world()
    for branch in (world.branch, make_branch(world.region), make_branch(world.region)):
        make_submitted(world, branch=branch, failing=("Y1", "X1"))
    bring_to(
        queries.improvements_of(world.olga, world.branch).get(item_code="X1"),
        ImprovementStatus.CLOSED,
        world,
    )
    [row] = queries.shared_findings(world.olga)
    assert (row["item_code"], row["branches"]) == ("Y1", 3)
    assert len(queries.shared_findings(world.olga, at_least=2)) == 2


def test_facts_for_the_next_choice(morning: time_machine.Traveller) -> None:
    world = make_world()
    never = make_branch(world.region)
    make_submitted(world, failing=("X1",))
    for number in (1, 2):
        findings.raise_from_complaint(
            branch=world.branch,
            complaint=f"C-{number}",
            words="waited",
            received_on=clock.today() - timedelta(days=360 * number),
            actor=world.olga,
        )
    morning.move_to(MORNING + timedelta(days=1))
    rows = queries.risk_facts(world.olga)
    assert sorted(rows, key=lambda f: f.branch) == [
        BranchFacts(world.branch.pk, Fraction(600, 8), 1, 721, 1),
        BranchFacts(never.pk, None, 0, 0, None),
    ]


def test_as_many_queries_for_three_branches_as_for_one(django_assert_num_queries: Any) -> None:
    world = make_world()
    for branch in (world.branch, make_branch(world.region), make_branch(world.region)):
        make_submitted(world, branch=branch, failing=("X1",))
    for ask, number in (
        (lambda: queries.places(world.olga), 1),
        (lambda: queries.coverage(world.olga), 1),
        (lambda: queries.section_matrix(world.olga), 1),
        # The day is given: the demonstration clock looks up its offset now and then.
        (lambda: queries.risk_facts(world.olga, date(2026, 12, 1)), 4),
        (lambda: [str(row) for row in queries.improvements_of(world.olga)], 1),
        (lambda: queries.overdue_by_age(world.olga, date(2026, 12, 1)), 1),
    ):
        with django_assert_num_queries(number):
            ask()
