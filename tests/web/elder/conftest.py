"""The elder face's own machinery: a town on a Wednesday morning, and phones that are signed in."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from eldercare.models import Customer, Representative
from tests.make import MORNING, Town, make_daughter, make_town
from web.elder.caller import PHONE_KEY


@pytest.fixture(autouse=True)
def _wednesday_morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def daughter(town: Town) -> Representative:
    return make_daughter(town.grandmother)


def signed_in(who: Customer | Representative) -> Client:
    """A browser in which this person's phone is signed in, and pages speak English."""
    client = Client(headers={"accept-language": "en"})
    session = client.session
    session[PHONE_KEY] = who.phone_index
    session.save()
    return client


@pytest.fixture
def grandmother(town: Town) -> Client:
    return signed_in(town.grandmother)
