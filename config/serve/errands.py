"""Run something on servers that are thrown away afterwards: the tests, a benchmark.

``python -m config.serve.errands PROGRAM …`` starts PostgreSQL and Valkey in a folder of its own
below ``var/errands/``, tells the program where they are, and removes all of it when the program has
ended. Several can run at once, beside a ``bin/serve`` too. ``DATABASE_URL`` and ``REDIS_URL`` name
servers of your own instead.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.serve.account import fallback_for
from config.serve.embedded import Postgres, Valkey, start
from config.serve.places import BASE, CannotServe, Place, chosen
from config.serve.processes import Child, remember, stop_leftovers


@contextlib.contextmanager
def throw_away_place() -> Iterator[Place]:
    """A folder for servers, and for the length of a ``with`` ours alone; gone afterwards.

    What runs in it is stopped by whoever started it, and by the next errand if they were killed.
    """
    errands = chosen().var / "errands"
    errands.mkdir(parents=True, exist_ok=True)
    _sweep(errands)
    place = Place(Path(tempfile.mkdtemp(prefix="run-", dir=errands)))
    place.var.chmod(0o755)  # PostgreSQL's account must get in
    place.make()
    with place.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield place
        finally:
            _remove(place)


@contextlib.contextmanager
def throw_away_servers() -> Iterator[dict[str, str]]:
    """Servers for the length of a ``with``; yields the two addresses as environment variables.

    Raises:
        CannotServe: one of them does not start.
    """
    children: list[Child] = []
    with throw_away_place() as place:
        try:
            found = {"DATABASE_URL": os.environ.get("DATABASE_URL", "")}
            found["REDIS_URL"] = os.environ.get("REDIS_URL", "")
            if not found["DATABASE_URL"]:
                postgres = Postgres(place, careless=True)
                postgres.make_data()
                child, found["DATABASE_URL"] = start(postgres, 0)
                children.append(child)
            if not found["REDIS_URL"]:
                child, found["REDIS_URL"] = start(Valkey(place), 0)
                children.append(child)
            remember(place, "", children)
            yield found
        finally:
            for child in reversed(children):
                child.stop()


def _sweep(errands: Path) -> None:
    """Remove what killed runs left: whoever can take a folder's lock is alone with it."""
    for folder in errands.glob("run-*"):
        with contextlib.suppress(OSError), (folder / "serve.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop_leftovers(Place(folder))
            _remove(Place(folder))


def _remove(place: Place) -> None:
    """Remove the folder, and the one that stands in for PostgreSQL's (as below /root)."""
    for folder in (fallback_for(place.var / "postgres"), place.var):
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str]) -> int:
    """Run the program on throw-away servers; returns its exit code.

    Ctrl-C reaches the program itself, in whose terminal we both are; we wait for it to finish.
    """
    with throw_away_servers() as addresses:
        program = subprocess.Popen(command, cwd=BASE, env={**os.environ, **addresses})

        def pass_on(number: int, _frame: object) -> None:
            program.send_signal(number)

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, pass_on)
        signal.signal(signal.SIGHUP, pass_on)
        return program.wait()


def main() -> int:
    """The command line: the program and its arguments."""
    try:
        return run(sys.argv[1:])
    except CannotServe as reason:
        print(f"The servers do not start: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
