"""Settings fail loudly, and production starts with nothing that everybody knows."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from config import database, environment
from config.checks import production_is_safe
from config.development_keys import KEYS
from config.gate.main import SAMPLE
from config.serve.places import BASE

OURS = ("NUANBAN_", "DJANGO_", "DATABASE_URL", "REDIS_URL")


def django_in_production(
    *arguments: str, without: str = "", **changed: str
) -> "subprocess.CompletedProcess[str]":
    """Run a program of ours with sample secrets, some changed or one taken away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    env = {**kept, **SAMPLE, "DJANGO_SETTINGS_MODULE": "config.settings", **changed}
    env.pop(without, None)
    return subprocess.run(
        [sys.executable, *(arguments or ("manage.py", "check", "--deploy"))],
        check=False,
        capture_output=True,
        cwd=BASE,
        env=env,
        text=True,
    )


def test_production_starts_when_it_is_given_everything() -> None:
    assert django_in_production().returncode == 0


SAFE = {
    "PRODUCTION": True,
    "DEBUG": False,
    "SECRET_KEY": SAMPLE["NUANBAN_SECRET_KEY"],
    "NUANBAN_FIELD_KEYS": [SAMPLE["NUANBAN_FIELD_KEYS"]],
    "NUANBAN_BLIND_INDEX_KEY": SAMPLE["NUANBAN_BLIND_INDEX_KEY"],
    "EMBEDDED": False,
    "ALLOWED_HOSTS": ["nuanban.example.com"],
    "NUANBAN_CHANNELS": {"sms": SAMPLE["NUANBAN_SMS_CHANNEL"]},
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"DEBUG": True}, ["nuanban.E001"]),
        ({"SECRET_KEY": "short"}, ["nuanban.E002"]),
        ({"SECRET_KEY": KEYS.secret}, ["nuanban.E002"]),
        ({"NUANBAN_FIELD_KEYS": []}, ["nuanban.E003"]),
        (
            {"NUANBAN_FIELD_KEYS": [SAMPLE["NUANBAN_FIELD_KEYS"], *KEYS.fields]},
            ["nuanban.E003"],
        ),
        ({"NUANBAN_FIELD_KEYS": ["not-a-key"]}, ["nuanban.E008"]),
        ({"NUANBAN_BLIND_INDEX_KEY": KEYS.blind_index}, ["nuanban.E004"]),
        ({"EMBEDDED": True}, ["nuanban.E005"]),
        ({"ALLOWED_HOSTS": []}, ["nuanban.E006"]),
        (
            {"NUANBAN_CHANNELS": {"sms": "workflow.channels.DemoGateway"}},
            ["nuanban.E007"],
        ),
    ],
)
def test_production_refuses(changed: dict[str, Any], said: list[str]) -> None:
    with override_settings(**{**SAFE, **changed}):
        assert [error.id for error in production_is_safe(None)] == said


def test_a_demonstration_may_have_all_that() -> None:
    with override_settings(PRODUCTION=False, DEBUG=True, ALLOWED_HOSTS=[]):
        assert production_is_safe(None) == []


def test_production_asks_for_a_secret_by_name() -> None:
    done = django_in_production(without="NUANBAN_BLIND_INDEX_KEY")

    assert done.returncode != 0
    assert "NUANBAN_BLIND_INDEX_KEY must be set" in done.stderr


def test_production_refuses_the_embedded_servers() -> None:
    done = django_in_production(without="REDIS_URL")

    assert done.returncode != 0
    assert "nuanban.E005" in done.stderr


def test_bin_serve_does_not_start_servers_for_production() -> None:
    done = django_in_production("-m", "config.serve.main", without="DATABASE_URL")

    assert done.returncode == 1
    assert "DATABASE_URL and REDIS_URL" in done.stderr


def test_the_web_refuses_as_well_as_the_commands() -> None:
    done = django_in_production("-c", "import config.wsgi", NUANBAN_DEBUG="1")

    assert done.returncode != 0
    assert "NUANBAN_DEBUG is on" in done.stderr


@pytest.mark.slow
def test_the_worker_refuses_as_well() -> None:
    command = ("-m", "celery", "-A", "config.celery", "worker")
    done = django_in_production(*command, NUANBAN_DEBUG="1")

    assert done.returncode != 0
    assert "NUANBAN_DEBUG is on" in done.stderr


@pytest.mark.parametrize("word", ["maybe", "2", "truee"])
def test_a_yes_or_no_is_nothing_else(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("NUANBAN_X", word)

    with pytest.raises(ImproperlyConfigured, match="NUANBAN_X must be yes or no"):
        environment.env_bool("NUANBAN_X", default=False)


@pytest.mark.parametrize(("word", "value"), [("Yes", True), ("on", True), ("0", False)])
def test_a_yes_or_no_has_several_words(
    monkeypatch: pytest.MonkeyPatch, word: str, value: bool
) -> None:
    monkeypatch.setenv("NUANBAN_X", word)

    assert environment.env_bool("NUANBAN_X", default=not value) is value


@pytest.mark.parametrize("word", ["-1", "three", "0", "1.5"])
def test_a_number_is_whole_and_large_enough(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("NUANBAN_X", word)

    with pytest.raises(ImproperlyConfigured, match="at least 1"):
        environment.env_int("NUANBAN_X", default=5, at_least=1)


def test_what_is_not_set_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUANBAN_X", raising=False)

    assert environment.env_text("NUANBAN_X", "default") == "default"
    assert environment.env_int("NUANBAN_X", default=5) == 5
    assert environment.env_list("NUANBAN_X", ("a",)) == ["a"]
    assert environment.env_choice("NUANBAN_X", ("a", "b"), default="b") == "b"


def test_what_must_be_set_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUANBAN_X", " ")

    with pytest.raises(ImproperlyConfigured, match="NUANBAN_X must be set"):
        environment.env_text("NUANBAN_X")


def test_a_list_forgets_its_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUANBAN_X", "a.example, ,b.example,")

    assert environment.env_list("NUANBAN_X") == ["a.example", "b.example"]


def test_a_choice_names_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUANBAN_X", "c")

    with pytest.raises(ImproperlyConfigured, match="one of a, b, not 'c'"):
        environment.env_choice("NUANBAN_X", ("a", "b"), default="b")


def test_an_address_of_rows_is_read_in_full() -> None:
    found = database.from_url("postgresql://us%40er:p%2Fw@db.example:5433/na%20me?sslmode=require")

    assert found["USER"] == "us@er"
    assert found["PASSWORD"] == "p/w"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "na me")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host/", "nonsense", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like"):
        database.from_url(url)
