"""Settings fail loudly, and production starts with nothing that everybody knows."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import database, environment
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


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"NUANBAN_DEBUG": "1"}, "nuanban.E001"),
        ({"NUANBAN_SECRET_KEY": "short"}, "nuanban.E002"),
        (
            {"NUANBAN_FIELD_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1maWVsZC1rZXktMzJieXQ="},
            "nuanban.E003",
        ),
        ({"NUANBAN_FIELD_KEYS": "not-a-key"}, "nuanban.E008"),
        ({"NUANBAN_BLIND_INDEX_KEY": "development-only-blind-index-key"}, "nuanban.E004"),
        ({"NUANBAN_SMS_CHANNEL": ""}, "nuanban.E007"),
    ],
)
def test_production_refuses(changed: dict[str, str], said: str) -> None:
    done = django_in_production(**changed)

    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.parametrize("name", ["NUANBAN_SECRET_KEY", "NUANBAN_BLIND_INDEX_KEY"])
def test_production_asks_for_a_secret_by_name(name: str) -> None:
    done = django_in_production(without=name)

    assert done.returncode != 0
    assert f"{name} must be set" in done.stderr


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_production_refuses_the_embedded_servers(name: str) -> None:
    done = django_in_production(without=name)

    assert done.returncode != 0
    assert "nuanban.E005" in done.stderr


def test_the_web_refuses_as_well_as_the_commands() -> None:
    done = django_in_production("-c", "import config.wsgi", NUANBAN_DEBUG="1")

    assert done.returncode != 0
    assert "NUANBAN_DEBUG is on" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("program", ["worker", "beat"])
def test_the_worker_and_beat_refuse_as_well(program: str) -> None:
    done = django_in_production("-m", "celery", "-A", "config.celery", program, NUANBAN_DEBUG="1")

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
