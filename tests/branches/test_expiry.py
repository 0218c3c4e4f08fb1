"""What expires when: four kinds in one list, in scope, in a fixed number of queries."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from branches import people
from branches.expiry import ExpiryKind, expiries
from branches.models import Facility, StockItem
from branches.stock import receive
from branches.week import week_of
from tests.make import MORNING, TODAY, Town, make_staff, make_town, new_key

DAY = TODAY + timedelta(days=20)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        town = make_town()
        receive(
            key=new_key(),
            branch=town.branch,
            item=StockItem.objects.get(code="care-kit"),
            quantity=3,
            actor=town.alice,
            expires_on=DAY,
        )
        Facility.objects.filter(branch=town.branch, type__code="wheelchair").update(
            expires_on=DAY + timedelta(days=1)
        )
        people.renew_badge(staff=town.team[0], valid_until=DAY + timedelta(days=2))
        taught(town, DAY + timedelta(days=3))
        yield town


def taught(town: Town, until: date, taken_on: date = TODAY - timedelta(days=300)) -> None:
    people.enter_training(
        staff=town.team[1],
        title="first aid",
        taken_on=taken_on,
        hours=Decimal(4),
        expires_on=until,
    )


def test_four_kinds_the_soonest_first(town: Town) -> None:
    found = expiries(town.martha, TODAY, TODAY + timedelta(days=90))
    assert [(one.kind, (one.day - DAY).days) for one in found] == [
        (ExpiryKind.BATCH, 0),
        (ExpiryKind.FACILITY, 1),
        (ExpiryKind.BADGE, 2),
        (ExpiryKind.TRAINING, 3),
    ]
    assert {one.branch for one in found} == {town.branch}
    assert len(expiries(town.martha, DAY, DAY)) == 1
    assert expiries(town.martha, TODAY, DAY - timedelta(days=1)) == []


def test_what_is_taken_anew_or_used_up_or_gone_is_not_listed(town: Town) -> None:
    taught(town, DAY + timedelta(days=300), taken_on=TODAY)
    people.part_with(staff=town.team[0], reason="retired", actor=town.martha)
    town.branch.stock_batches.update(quantity=0)
    found = expiries(town.martha, TODAY, TODAY + timedelta(days=90))
    assert [one.kind for one in found] == [ExpiryKind.FACILITY]


def test_nobody_sees_what_is_not_theirs(town: Town) -> None:
    whole_year = TODAY, TODAY + timedelta(days=365)
    assert len(expiries(town.olga, *whole_year)) == 4
    assert len(expiries(town.olga, *whole_year, branch=town.gaoxin)) == 0
    assert expiries(town.bob, *whole_year) == expiries(town.zoe, *whole_year) == []
    # A reviewer sees what branches have, and nothing of people and stock.
    assert [one.kind for one in expiries(town.rita, *whole_year)] == [ExpiryKind.FACILITY]


def test_calendar_and_week_take_no_more_queries_for_more_rows(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_staff(town.gaoxin, 12)
    with django_assert_max_num_queries(4):
        expiries(town.olga, TODAY, TODAY + timedelta(days=90))
    with django_assert_max_num_queries(20):
        small = week_of(town.martha, town.branch, TODAY)
    with django_assert_max_num_queries(20):
        big = week_of(town.olga, town.gaoxin, TODAY)
    assert (len(small.rows), len(big.rows)) == (2, 12)
