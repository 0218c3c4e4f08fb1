"""What tests of all rooms share. Rows come from ``tests/make.py``; here is only the machinery."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation
from pytest_django.live_server_helper import LiveServer
from redis import Redis

from tests.workers import Worker

# Debian's, for Playwright's own cannot be had everywhere; other systems call it otherwise.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# How long an example takes says how busy the machine is, and nothing about what is tested.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def _the_language_is_nobodys() -> Iterator[None]:
    """A page that was asked for in English leaves its thread in English; the next test is not."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _the_clock_starts_afresh() -> Iterator[None]:
    """A hurry that a test's rollback took back must not live on in the clock's short memory."""
    yield
    from foundation import clock

    clock._cached = (0.0, timedelta(0))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright's launch options, with the system's Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail("Chromium is missing. On Debian and Ubuntu: apt-get install chromium")
    # Playwright's event loop stays in this thread until the session ends, and Django would take
    # every query after it for one from async code. We have no async code that it could protect.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {
        **browser_type_launch_args,
        "executable_path": program,
        # As root, which containers often are, Chromium cannot build its sandbox.
        "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A browser of the region: in Chinese, in Xi'an's time."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def live_app(live_server: LiveServer) -> str:
    """The address of the real pages on the test's rows, without a slash at its end.

    Rows are committed here, as a browser's requests come from other threads: the test that uses it
    finds an empty database and leaves one.
    """
    return str(live_server.url)


@pytest.fixture
def empty_broker() -> None:
    """A broker without what earlier tests have sent."""
    with Redis.from_url(settings.REDIS_URL) as link:
        link.flushdb()


@pytest.fixture
def worker(transactional_db: None, empty_broker: None) -> Iterator[Worker]:
    """A real Celery worker on the test's committed rows; ``kill()`` and ``start()`` it at will."""
    running = Worker()
    running.start()
    try:
        yield running
    finally:
        running.close()
