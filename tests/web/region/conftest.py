"""The named town on a Wednesday morning, and a way to sign in."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests import make
from tests.make import Town, make_town

Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(make.MORNING, tick=False):
        yield


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def enter() -> Enter:
    """A browser in which this person has signed in, in English."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in
