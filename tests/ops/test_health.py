"""``/health/`` for those who ask often, plainly and by a number."""

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_health_says_what_answers(client: Client) -> None:
    answer = client.get("/health/")

    assert answer.json() == {"ok": True, "rows": True, "broker": True}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_broker_that_is_away_is_named_but_pages_work(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.health._broker_answers", lambda: False)

    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json()["broker"] is False


def test_rows_that_do_not_answer_are_a_failure(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.health._rows_answer", lambda: False)

    assert client.get("/health/").status_code == 503


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_only_answers_questions(client: Client, method: str) -> None:
    assert getattr(client, method)("/health/").status_code == 405


@override_settings(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["nuanban.example.com"])
def test_a_load_balancer_may_ask_by_number_and_without_https(client: Client) -> None:
    assert client.get("/health/", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400
