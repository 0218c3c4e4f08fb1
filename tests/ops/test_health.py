"""``/health/`` for those who ask often, plainly and by a number."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from config.serve.places import BASE
from tests.workers import Worker, environment
from workflow import heartbeats
from workflow.models import Heartbeat

pytestmark = pytest.mark.django_db

ALL = {"messages": True, "plans": True, "sweeps": True}
QUICKLY = {"NUANBAN_HEARTBEAT_SECONDS": "1", "NUANBAN_SWEEP_SECONDS": "1"}


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


def whole(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz")
    return answer.status_code, answer.json()


def test_the_whole_house_works_when_every_part_was_heard(client: Client) -> None:
    for name in ("beat", "queue:messages", "queue:plans", "queue:sweeps"):
        heartbeats.sign(name)
    good = {"ok": True, "rows": True, "broker": True, "beat": True, "queues": ALL}
    assert whole(client) == (200, good)
    Heartbeat.objects.filter(name="queue:messages").delete()
    deaf = good | {"ok": False, "queues": ALL | {"messages": False}}
    assert whole(client) == (503, deaf)
    # Nobody asks the queues while beat is silent, so nobody knows.
    Heartbeat.objects.filter(name="beat").delete()
    assert whole(client) == (503, good | {"ok": False, "beat": False, "queues": None})


@pytest.mark.parametrize(
    ("gone", "ready", "words"),
    [
        ("_rows_answer", 503, {"rows": False, "beat": None, "queues": None}),
        ("_broker_answers", 200, {"broker": False}),
    ],
)
def test_live_is_not_ready_and_ready_is_not_whole(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    gone: str,
    ready: int,
    words: dict[str, Any],
) -> None:
    for name in heartbeats.ages():
        heartbeats.sign(name)
    monkeypatch.setattr(f"config.health.{gone}", lambda: False)
    assert client.get("/healthz/live").status_code == 200
    assert client.get("/healthz/ready").status_code == ready
    status, said = whole(client)
    assert (status, said["ok"]) == (503, False)
    assert {name: said[name] for name in words} == words


@pytest.fixture
def beat(transactional_db: None, empty_broker: None, tmp_path: Path) -> Iterator[Any]:
    """A real beat with a quick pulse."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "beat"]
    process = subprocess.Popen(
        [*command, "--schedule", str(tmp_path / "schedule"), "--pidfile", ""],
        cwd=BASE,
        env={**environment(), **QUICKLY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(what: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, list(Heartbeat.objects.values_list("name", "at"))
        time.sleep(0.2)


@pytest.mark.slow
def test_a_worker_that_is_killed_and_a_beat_that_is_killed_are_noticed(
    client: Client, beat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats, "SILENT_AFTER", timedelta(seconds=3))
    monkeypatch.setattr(heartbeats, "PLANS_SILENT_AFTER", timedelta(seconds=3))
    worker = Worker(extra=QUICKLY)
    try:
        worker.start()
        until(lambda: whole(client)[0] == 200)
        worker.kill()
        until(lambda: whole(client)[1]["queues"] == dict.fromkeys(ALL, False))
        assert whole(client)[1]["beat"] is True
        worker.start()
        until(lambda: whole(client)[0] == 200)
        os.kill(beat.pid, 9)
        until(lambda: whole(client)[1]["beat"] is False)
        assert whole(client) == (503, whole(client)[1] | {"ok": False, "queues": None})
    finally:
        worker.close()
