"""A Wednesday morning in Chengdong, and a way to sign in."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from eldercare import escorts
from eldercare.models import Escort
from eldercare.models.service import Risk
from tests import make
from tests.make import Town, make_town

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(make.MORNING, tick=False):
        yield


@pytest.fixture
def town(db: None) -> Town:
    """Alice works under the first badge of Chengdong's team."""
    town = make_town()
    town.team[0].user = town.alice
    town.team[0].save(update_fields=["user"])
    return town


@pytest.fixture
def enter() -> Enter:
    """A browser in which this person has signed in, in English."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def waiting(town: Town) -> Escort:
    """A lady in red waits in Chengdong."""
    return escorts.log_arrival(
        client_key=make.new_key(),
        branch=town.branch,
        service_version=town.version,
        actor=town.alice,
        nickname="lady in red",
    )


@pytest.fixture
def accompanied(town: Town, waiting: Escort) -> Escort:
    """The same lady with Alice at her side."""
    return escorts.take(escort=waiting, assistant=town.team[0], actor=town.alice)


def _visit(town: Town, risk: Risk) -> HomeVisit:
    version = make.make_version(region=town.region, risk=risk)
    [first, *_rest] = next_windows(town.branch, demand_for(town.grandmother, version))
    return book_visit(
        customer=town.grandmother,
        version=version,
        window_start=first.start,
        key=make.new_key(),
        asker=make.by_customer(),
    )


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    """A low-risk visit to Grandma Li, approved by rule."""
    return _visit(town, Risk.LOW)


@pytest.fixture
def risky_visit(town: Town) -> HomeVisit:
    """A visit that waits for Martha's yes."""
    return _visit(town, Risk.HIGH)
