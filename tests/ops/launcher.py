"""``bin/serve`` as a test sees it: a process, what it prints, and what it leaves behind."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil

from config.serve.places import BASE

READY = "Nuanban is ready: "


def _as_on_a_terminal() -> None:
    """Heed the signals that whoever runs the tests in the background has told us to ignore."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Launcher:
    """One ``bin/serve``, in a folder of its own."""

    def __init__(self, var: Path, *arguments: str) -> None:
        self.lines: list[str] = []
        env = {**os.environ, "NUANBAN_VAR": str(var), "NUANBAN_MODE": "development"}
        for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
            env.pop(name, None)
        self.process = subprocess.Popen(
            ["bin/serve", *(arguments or ("--port", "0"))],
            cwd=BASE,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_as_on_a_terminal,  # noqa: PLW1509  # two system calls, and no lock
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip("\n"))

    def wait_for(self, words: str, *, seconds: float = 60) -> str:
        """The first line with these words.

        Raises:
            AssertionError: it has not come; with what was printed.
        """
        deadline = time.monotonic() + seconds
        while True:
            found = [line for line in self.lines if words in line]
            if found:
                return found[0]
            assert time.monotonic() < deadline, "\n".join(self.lines)
            assert self.reader.is_alive(), "\n".join(self.lines)
            time.sleep(0.02)

    def url(self) -> str:
        """Wait until it is ready; returns its address."""
        return self.wait_for(READY).removeprefix(READY)

    def end(self, *, seconds: float = 30) -> int:
        """Wait until it has ended; returns its exit code."""
        code = self.process.wait(seconds)
        self.reader.join(5)
        return code

    def family(self) -> list[psutil.Process]:
        """The launcher's descendants."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def member(self, word: str) -> psutil.Process:
        """The child whose command has this word, as soon as there is one."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):
                    if word in " ".join(child.cmdline()):
                        return child
            time.sleep(0.05)
        raise AssertionError(f"no child has {word!r}: {self.lines}")

    def close(self) -> None:
        """End it whatever it does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.end()


def gone(family: list[psutil.Process], *, seconds: float = 15) -> bool:
    """Whether all of them end within the time."""
    _, alive = psutil.wait_procs(family, timeout=seconds)
    return not alive
