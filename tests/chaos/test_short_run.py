"""The chaos command itself, in short: everything breaks at least once, and nothing is lost."""

import json
import os
import subprocess
import sys

import pytest

from chaos.faults import BAG, schedule
from config.serve.places import BASE

pytestmark = pytest.mark.slow


def test_short_run_loses_and_doubles_nothing() -> None:
    command = ["manage.py", "chaos", "--minutes", "0.15", "--visits", "40", "--seed", "5", "--json"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, *command], cwd=BASE, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {name: figures[name] for name in ("lost", "doubled", "stuck", "wrong")} == {
        "lost": 0,
        "doubled": 0,
        "stuck": 0,
        "wrong": 0,
    }
    assert figures["bookings"] >= 30
    assert figures["messages"] == figures["accepted"] >= figures["bookings"]
    struck = ("kills", "wipes", "restarts", "freezes", "jumps", "silences")
    assert all(figures[name] >= 1 for name in struck), figures


def test_seed_makes_the_schedule_repeatable() -> None:
    def first(seed: int) -> list[object]:
        return [fault for fault, _bag in zip(schedule(seed, 10), BAG, strict=False)]

    assert first(5) == first(5) != first(6)
    assert sorted(fault.kind for fault in first(5)) == sorted(BAG)  # type: ignore[attr-defined]
    assert first(5)[-1].at <= 10 * 1.2  # type: ignore[attr-defined]
