"""Child processes: started in a session of their own, tied to our life, stopped in order."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.serve.account import Account
from config.serve.places import BASE, CannotServe, Place, write_privately

RESTARTS = 5
RESTARTS_WITHIN = 60.0  # seconds
LOG_BYTES = 5_000_000
_PR_SET_PDEATHSIG = 1


def _dies_with_us(with_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel to follow us to the grave.

    Only Linux can; elsewhere :func:`stop_leftovers` cleans up at the next start.
    """
    launcher = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def ask() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(with_signal))
        if os.getppid() != launcher:  # we died between the fork and the request
            os._exit(1)

    return ask


@dataclass
class Child:
    """One program that runs beside us, and how it is stopped."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    # What the kernel sends when we are killed; its servers are dying then, so it must not wait.
    death_signal: signal.Signals | None = None
    patience: float = 10.0
    account: Account | None = None
    pass_fds: tuple[int, ...] = ()
    before_start: Callable[[], None] = lambda: None
    process: "subprocess.Popen[bytes] | None" = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS + 1))

    def start(self) -> None:
        """Start the program, with its words going to its log."""
        self.before_start()
        self.starts.append(time.monotonic())
        switch = self.account is not None and self.account.switch
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                cwd="/" if switch else BASE,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.pass_fds,
                user=self.account.uid if self.account and switch else None,
                group=self.account.gid if self.account and switch else None,
                extra_groups=[] if switch else None,
                # We start children from one thread only, so this is safe here.
                preexec_fn=_dies_with_us(self.death_signal or self.stop_signal),  # noqa: PLW1509
            )

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def exit_code(self) -> int | None:
        """How it ended, or None while it runs."""
        return self.process.poll() if self.process else None

    def failed_too_often(self) -> bool:
        """Whether it was started more often of late than makes sense."""
        full = len(self.starts) == self.starts.maxlen
        return full and time.monotonic() - self.starts[0] < RESTARTS_WITHIN

    def stop(self) -> None:
        """Ask it to stop, then stop its whole session; returns when it is gone."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def shorten(logs: Path) -> None:
    """Put long logs aside, keeping one older file of each."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def remember(place: Place, url: str, children: Iterable[Child]) -> None:
    """Write down who runs, so that the next start can tell a leftover from a stranger."""
    rows = []
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            rows.append(
                {
                    "name": child.name,
                    "pid": child.pid,
                    "born": psutil.Process(child.pid).create_time(),
                    "stop": int(child.stop_signal),
                }
            )
    write_privately(
        place.running, json.dumps({"launcher": os.getpid(), "url": url, "children": rows})
    )


def recall(place: Place) -> dict[str, object]:
    """What :func:`remember` wrote, or nothing when there is none or it is broken."""
    try:
        found = json.loads(place.running.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stop_leftovers(place: Place, *, patience: float = 8.0) -> int:
    """Stop what an earlier launcher left when it was killed; returns how many there were.

    A pid alone proves nothing, for pids come round again: the time of birth must fit as well.

    Raises:
        CannotServe: one of them would not go.
    """
    leftovers: list[psutil.Process] = []
    rows = recall(place).get("children", [])
    for row in rows if isinstance(rows, list) else []:
        for process in _session_of(int(row["pid"]), float(row["born"])):
            leftovers.append(process)
            if process.pid == row["pid"]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(int(row["stop"]))
    _, alive = psutil.wait_procs(leftovers, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _, alive = psutil.wait_procs(alive, timeout=3)
    if alive:
        pids = ", ".join(str(process.pid) for process in alive)
        raise CannotServe(f"An earlier Nuanban left processes that do not stop: {pids}.")
    place.running.unlink(missing_ok=True)
    return len(leftovers)


def _session_of(leader: int, born: float) -> list[psutil.Process]:
    """The processes of a child's session: itself when it lives, and what it left behind."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == leader and process.create_time() >= born - 0.01:
                found.append(process)
    return found
