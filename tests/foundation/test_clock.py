"""The demonstration's clock moves on; every other clock stands where the world's does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import Settings

from foundation import clock
from foundation.models import DemoClock
from tests.make import MORNING, SHANGHAI

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_still() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield
    clock._cached = (0.0, timedelta(0))


def test_hurried_clock_is_ahead_and_comes_home() -> None:
    assert clock.now() == MORNING
    assert clock.hurry(timedelta(days=1)) == MORNING + timedelta(days=1)
    assert clock.hurry(timedelta(hours=2)) == MORNING + timedelta(days=1, hours=2)
    assert clock.today() == MORNING.date() + timedelta(days=1)
    assert clock.set_offset(timedelta(0)) == MORNING


def test_there_is_one_clock() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DemoClock.objects.create(pk=2, offset=timedelta(0))


def test_outside_a_demonstration_time_is_not_ours_to_move(settings: Settings) -> None:
    clock.hurry(timedelta(days=1))
    settings.NUANBAN_DEMO_CLOCK = False
    assert clock.now() == MORNING
    with pytest.raises(RuntimeError, match="demonstration"):
        clock.hurry(timedelta(days=1))


def test_today_is_the_branches_day_and_not_greenwichs() -> None:
    with time_machine.travel(datetime(2026, 11, 26, 0, 30, tzinfo=SHANGHAI), tick=False):
        assert clock.today() == date(2026, 11, 26)
