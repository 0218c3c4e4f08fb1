"""A real Celery worker beside a test, for what only another process can show."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.serve.places import BASE


def environment() -> dict[str, str]:
    """What a child process needs to see the same rows and the same broker as the test."""
    row = connection.settings_dict
    url = f"postgresql://{row['USER']}:{row['PASSWORD']}@{row['HOST']}:{row['PORT']}/{row['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": str(settings.REDIS_URL),
        "NUANBAN_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONUNBUFFERED": "1",
        "NUANBAN_LOG_LEVEL": "DEBUG",
    }


class Worker:
    """A worker process on the test's rows and broker; start it anew as often as you like."""

    def __init__(self, *, concurrency: int = 1, extra: dict[str, str] | None = None) -> None:
        self.concurrency = concurrency
        self.extra = extra or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.folder = tempfile.TemporaryDirectory(prefix="nuanban-worker-")
        self.log = Path(self.folder.name) / "worker.log"

    def start(self, *, seconds: float = 30) -> None:
        """Start and wait until it takes tasks.

        Raises:
            AssertionError: it ended instead, or took too long; with the end of its log.
        """
        ready = Path(self.folder.name) / "ready"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
        options = ["--queues=messages,plans,sweeps", f"--concurrency={self.concurrency}"]
        quick = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *options, *quick, "--loglevel=INFO", f"--hostname=test{os.getpid()}@%h"],
                cwd=BASE,
                env={**environment(), **self.extra, "NUANBAN_READY_FILE": str(ready)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while not ready.exists():
            running = self.process.poll() is None and time.monotonic() < deadline
            assert running, f"the worker is not ready:\n{self.words()}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would: the process and its children, in the middle of a line."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it finish what it does, then end it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        self.kill()

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.kill()
        self.folder.cleanup()

    def wait_for(self, *words: str, seconds: float = 15) -> None:
        """Wait until one line of its log has all these words.

        Raises:
            AssertionError: it never has; with the log.
        """
        deadline = time.monotonic() + seconds
        while not any(all(w in line for w in words) for line in self.words().splitlines()):
            assert time.monotonic() < deadline, f"no line with {words} in:\n{self.words()}"
            time.sleep(0.05)

    def words(self) -> str:
        """What it has logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait()
        self.process = None
