"""Races: real threads, each with its own connection, that begin at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection

from foundation.errors import DomainError
from tests.make import MORNING, Town, make_town
from workflow import tasks

Racer = Callable[[int], object]


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits are real here, and nobody is to be woken by them."""
    monkeypatch.setattr(tasks.send_message, "delay", lambda _pk: None)


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def race(number: int, racer: Racer) -> "Counter[str]":
    """Let so many threads do the same at once; how each of them ended, by name.

    A refusal is named by its code, an error by its class; whoever got through is ``"won"``.
    """
    line = threading.Barrier(number)

    def run(n: int) -> str:
        try:
            line.wait(timeout=60)
            racer(n)
        except DomainError as refusal:
            return str(refusal.code.value)
        except Exception as error:  # noqa: BLE001  # the test names what it expects
            return type(error).__name__
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(max_workers=number) as pool:
        return Counter(pool.map(run, range(number)))


def execute(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
