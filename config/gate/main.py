"""Run every check, then say which failed. ``bin/check [NAME …]`` runs only the named ones."""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
# Made up: production must find nothing to complain about when it is given everything.
SAMPLE = {
    "NUANBAN_MODE": "production",
    "NUANBAN_SECRET_KEY": "sample-" + "k7Wq9vXz2mRt5bNc8hJd4gFs6pLy3aEu1iOoQ0" * 2,
    "NUANBAN_FIELD_KEYS": "c2FtcGxlLWZpZWxkLWtleS1vZi0zMi1ieXRlcy0uLi4=",
    "NUANBAN_BLIND_INDEX_KEY": "sample-blind-index-key-of-many-characters",
    "NUANBAN_HOSTS": "nuanban.example.com",
    "NUANBAN_SMS_CHANNEL": "workflow.channels.SampleGateway",
    "DATABASE_URL": "postgresql://nuanban:sample@database.example.com:5432/nuanban",
    "REDIS_URL": "redis://:sample@broker.example.com:6379/0",
}


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and the command that says whether it does."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a check said."""

    check: Check
    passed: bool
    words: str
    seconds: float


CHECKS = (
    Check("types", (str(PROGRAMS / "mypy"), ".")),
    Check("style", (str(PROGRAMS / "ruff"), "check", ".")),
    Check("format", (str(PROGRAMS / "ruff"), "format", "--check", ".")),
    Check("layers", (str(PROGRAMS / "lint-imports"), "--no-cache")),
    Check("templates", (str(PROGRAMS / "djlint"), "web", "demo", "api", "--lint", "--quiet")),
    Check(
        "migrations",
        (*MANAGE, "makemigrations", "--check", "--dry-run"),
        {"NUANBAN_MODE": "test", "PYTHONWARNINGS": "ignore::RuntimeWarning"},
    ),
    Check("words", (sys.executable, "-m", "config.gate.words"), {"NUANBAN_MODE": "test"}),
    Check("production", (*MANAGE, "check", "--deploy", "--fail-level=WARNING"), SAMPLE),
)


def run(check: Check) -> Outcome:
    """Run one check and print how it went."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        check=False,
        cwd=BASE,
        env={**os.environ, **check.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - started
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'} {check.name} ({seconds:.1f} s)", flush=True)
    return Outcome(check, passed, done.stdout, seconds)


def main() -> int:
    """The command line of ``bin/check``."""
    names = [check.name for check in CHECKS]
    parser = argparse.ArgumentParser(prog="bin/check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(names)}")
    wanted = parser.parse_args().names or names
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        parser.error(f"no check is called {', '.join(unknown)}; there are {', '.join(names)}")
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run, [check for check in CHECKS if check.name in wanted]))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"\n--- {outcome.check.name} ---\n{outcome.words.rstrip()}")
    if failed:
        print(f"\nFailed: {', '.join(outcome.check.name for outcome in failed)}")
        return 1
    print(f"All {len(outcomes)} checks passed.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
