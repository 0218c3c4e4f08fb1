"""``/metrics`` for Prometheus: the figures are right, and only ours may read them."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import RedisError

from foundation import clock
from workflow import heartbeats
from workflow.due_steps import ask_a_person, schedule
from workflow.models import Message
from workflow.outbox import queue_message

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
FROM_AFAR = {"REMOTE_ADDR": "10.1.2.3"}


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of the labels' names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    words = answer.content.decode()
    assert PHONE not in words
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(words)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_rows(client: Client, empty_broker: None) -> None:
    for key, status in (("a", "queued"), ("b", "failed"), ("c", "delivered")):
        queue_message(key=key, kind="k", subject="s", to=PHONE, body="b")
        Message.objects.filter(key=key).update(
            status=status, delivered_at=clock.now() if status == "delivered" else None
        )
    Message.objects.filter(key="a").update(next_try_at=clock.now() - timedelta(minutes=5))
    for key, hours in (("due", -1), ("later", 1)):
        at = clock.now() + timedelta(hours=hours)
        schedule(key=key, kind="k", subject="s", due_at=at)
    ask_a_person(key="open", kind="phone_instead", subject="s", branch_code="")
    heartbeats.sign("beat")

    found = figures(client)

    assert found[("nuanban_messages_due",)] == 1
    assert 300 <= found[("nuanban_messages_oldest_seconds",)] < 310
    assert found[("nuanban_messages_failed",)] == 1
    assert found[("nuanban_messages_last_hour", "delivered", "sms")] == 1
    assert (found[("nuanban_due_steps_due",)], found[("nuanban_due_steps_later",)]) == (1, 1)
    assert found[("nuanban_due_steps_open", "phone_instead")] == 1
    assert 0 <= found[("nuanban_heartbeat_age_seconds", "beat")] < 10
    assert found[("nuanban_heartbeat_age_seconds", "queue:plans")] == -1
    assert found[("nuanban_broker_queue", "messages")] == 0


def test_a_broker_that_is_away_is_a_figure_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise RedisError

    monkeypatch.setattr("config.metrics.Redis.from_url", away)
    assert figures(client)[("nuanban_broker_queue", "sweeps")] == -1


@override_settings(NUANBAN_METRICS_TOKEN="token of the scraper")
def test_only_this_machine_or_the_token_may_read(client: Client) -> None:
    shown = {"Authorization": "Bearer token of the scraper"}
    wrong = {"Authorization": "Bearer guess"}
    through_proxy = {"X-Forwarded-For": "10.1.2.3"}
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers=through_proxy).status_code == 403
    assert client.get("/metrics", headers=through_proxy | wrong).status_code == 403
    assert client.get("/metrics", headers=through_proxy | shown).status_code == 200
    assert client.get("/metrics", **FROM_AFAR).status_code == 403  # type: ignore[arg-type]
    assert client.get("/metrics", headers=shown, **FROM_AFAR).status_code == 200  # type: ignore[arg-type]
    assert client.post("/metrics").status_code == 405


def test_without_a_token_nobody_elsewhere_may(client: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": ""}):
        assert client.get("/metrics", headers=headers, **FROM_AFAR).status_code == 403  # type: ignore[arg-type]
