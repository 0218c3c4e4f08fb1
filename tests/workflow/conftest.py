"""A clock that stands still, and a town."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.make import MORNING, Town, make_town


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(db: None, clock: time_machine.Traveller) -> Town:
    return make_town()
