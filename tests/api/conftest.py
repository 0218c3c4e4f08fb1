"""A town, and everybody's way into the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from appointments.models import HomeVisit
from branches.models import Facility, FacilityFault
from eldercare.models import Escort
from tests.make import MORNING, Town, make_town

ROOT = "/api/v1/"


@dataclass
class Caller:
    """Somebody with a browser, or nobody."""

    client: Client

    def get(self, path: str, **query: str | int) -> Any:
        return self.client.get(ROOT + path, query)

    def post(self, path: str, body: object = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            ROOT + path, json.dumps(body or {}), "application/json", headers=headers
        )


def caller(user: User | None = None, *, csrf: bool = False) -> Caller:
    client = Client(enforce_csrf_checks=csrf, headers={"Accept-Language": "en"})
    if user is not None:
        client.force_login(user)
    return Caller(client)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(db: None, clock: time_machine.Traveller) -> Town:
    cache.clear()
    return make_town()


def rows() -> tuple[int, ...]:
    """What a write would change."""
    return (
        HomeVisit.objects.count(),
        Escort.objects.count(),
        FacilityFault.objects.count(),
        Facility.objects.filter(state="out_of_use").count(),
    )


def refusal(response: Any) -> tuple[int, str]:
    """The status and the code; the shape is the same for all."""
    error = response.json()["error"]
    assert response.json() == {"error": error}
    assert set(error) == {"code", "message", "fields", "data"}
    assert error["message"]
    return response.status_code, error["code"]
