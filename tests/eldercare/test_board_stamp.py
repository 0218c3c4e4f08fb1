"""A board is looked at again when, and only when, it may look different."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis.exceptions import ConnectionError as NoCache

from branches.models import FacilityType
from eldercare import escort_record, escorts
from eldercare.board_stamp import stamp_of
from tests.make import MORNING, Town, make_town, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def town(clock: time_machine.Traveller) -> Town:
    return make_town()


def test_every_write_of_this_lobby_changes_the_stamp_and_no_other(
    town: Town,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    chair, elsewhere = town.branch.facilities.all()[0], stamp_of(town.gaoxin)
    FacilityType.objects.filter(pk=chair.type_id).update(is_lent=True)
    lady = escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        actor=town.alice,
        nickname="lady in red",
    )
    seen = [stamp_of(town.branch), stamp_of(town.branch)]
    writes: list[Callable[[], object]] = [
        lambda: escorts.take(escort=lady, assistant=town.team[0], actor=town.alice),
        lambda: escort_record.lend(escort=lady, facility=chair),
        lambda: escort_record.take_back(loan=lady.loans.get()),
        lambda: escorts.finish(escort=lady, outcome="", kit_given=False, actor=town.alice),
    ]
    for write in writes:
        with django_capture_on_commit_callbacks(execute=True):
            write()
            # Nobody else sees it before it is committed.
            assert stamp_of(town.branch) == seen[-1]
        seen.append(stamp_of(town.branch))
    assert len(set(seen)) == len(seen) - 1
    assert stamp_of(town.gaoxin) == elsewhere


def test_time_alone_changes_it_twice_a_minute(town: Town, clock: time_machine.Traveller) -> None:
    seen = []
    for seconds in range(0, 120, 5):
        clock.move_to(MORNING + timedelta(seconds=seconds))
        seen.append(stamp_of(town.branch))
    assert [seen.count(stamp) for stamp in dict.fromkeys(seen)] == [6, 6, 6, 6]


def test_without_the_cache_every_screen_looks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise NoCache

    monkeypatch.setattr(cache, "get_or_set", gone)
    assert stamp_of(town.branch) != stamp_of(town.branch)
