"""A real worker that is killed, and a hand on the shoulder of its gateway."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from redis import Redis

from config import celery  # noqa: F401  # tasks go to our broker, not to Celery's default
from foundation import clock
from tests.workers import Worker
from workflow import tasks

PATIENCE = 20.0


def wait_for(what: Callable[[], object], words: str) -> None:
    """Look again and again until it is true.

    Raises:
        AssertionError: it did not come true in time.
    """
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"waited in vain for {words}"
        time.sleep(0.05)


class House:
    """One broker, a worker that comes and goes, and a hand on the gateway's shoulder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.worker = Worker(
            extra={
                "NUANBAN_SMS_CHANNEL": "tests.chaos.gateway.HeldGateway",
                "NUANBAN_CHAOS_FOLDER": str(folder),
            }
        )

    def sweep(self) -> None:
        """What beat does every few seconds."""
        tasks.sweep_messages.delay()

    def wipe_broker(self) -> None:
        with Redis.from_url(settings.REDIS_URL) as link:
            link.flushdb()

    def hold(self, name: str) -> None:
        """Let the gateway wait at this place from now on."""
        (self.folder / name).touch()

    def let_go(self) -> None:
        for name in ("hold-before", "hold-after", "held"):
            (self.folder / name).unlink(missing_ok=True)

    def wait_until_held(self) -> None:
        wait_for((self.folder / "held").exists, "the gateway")

    def leases_run_out(self) -> None:
        clock.hurry(timedelta(minutes=3))


@pytest.fixture
def house(transactional_db: None, empty_broker: None, tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    try:
        yield house
    finally:
        house.worker.close()
