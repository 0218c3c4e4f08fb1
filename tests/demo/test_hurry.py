"""The demonstration's clock is hurried, never turned back."""

from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from foundation.models import DemoClock

pytestmark = pytest.mark.django_db

PAGE = "/demo/clock/"


@pytest.fixture(autouse=True)
def on_time() -> None:
    clock.set_offset(timedelta(0))


def test_the_page_offers_what_lies_ahead(client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    moments = [moment for _words, moment in page.context["choices"]]
    assert len(moments) >= 2
    assert moments == sorted(moments)


def test_a_hurried_clock_is_ahead_for_everybody(client: Client) -> None:
    target = clock.now() + timedelta(hours=20)
    assert client.post(PAGE, {"until": target.isoformat()}).status_code == 302
    assert abs(clock.now() - target) < timedelta(seconds=5)


@pytest.mark.parametrize("words", ["", "tomorrow", "2026-13-40T99:00", "2020-01-01T00:00+08:00"])
def test_what_is_no_time_ahead_is_refused(client: Client, words: str) -> None:
    assert client.post(PAGE, {"until": words}).status_code == 400
    assert not DemoClock.objects.exclude(offset=timedelta(0)).exists()


def test_more_than_a_month_is_refused(client: Client) -> None:
    far = clock.now() + timedelta(days=32)
    assert client.post(PAGE, {"until": far.isoformat()}).status_code == 400
