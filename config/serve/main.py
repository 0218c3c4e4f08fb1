"""The launcher: starts the servers, the web, the worker and beat, and stops them together."""

import argparse
import contextlib
import fcntl
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

import psutil

from config.serve import prepare, programs
from config.serve.embedded import Addresses, Postgres, Valkey, known_ports, start
from config.serve.places import BASE, CannotServe, Place, chosen, write_privately
from config.serve.processes import Child, recall, remember, shorten, stop_leftovers

HOST = "127.0.0.1"
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 90.0  # seconds; a slow machine with a cold disk needs some


class Stopped(Exception):
    """Somebody asked us to stop."""


def say(words: str) -> None:
    """Print a line; a terminal that is gone is no reason to fail."""
    with contextlib.suppress(OSError):
        print(words, flush=True)


def listen_to_signals() -> None:
    """Turn Ctrl-C, a polite kill and a closed terminal into :class:`Stopped`, once."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        for other in STOPPING:
            signal.signal(other, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    for number in STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, stop)


@contextlib.contextmanager
def only_one(place: Place) -> Iterator[None]:
    """Hold the place's lock: two launchers cannot share one folder.

    Raises:
        CannotServe: another one holds it.
    """
    lock: io.TextIOWrapper
    try:
        lock = place.lock.open("a+")
    except OSError as error:
        raise CannotServe(
            f"{place.lock}: {error.strerror}. Was it made by another user?"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip() or "?"
            where = recall(place).get("url") or "it is just starting"
            raise CannotServe(
                f"Nuanban runs here already: {where} (process {pid}; kill {pid} stops it)."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def reserve(port: int) -> socket.socket:
    """The web's listening socket, taken at once so that nobody else can have the port.

    Raises:
        CannotServe: the port is taken, or not ours to take.
    """
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except PermissionError as error:
        door.close()
        raise CannotServe(f"Port {port} needs root. Try: bin/serve --port 8000") from error
    except OSError as error:
        door.close()
        raise CannotServe(
            f"Port {port} is taken{_holder(port)}. Try: bin/serve --port {port + 1}"
        ) from error
    door.listen(256)
    return door


def _holder(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):
        for link in psutil.net_connections("tcp4"):
            if link.status == psutil.CONN_LISTEN and link.laddr[1:] == (port,) and link.pid:
                return f" by {psutil.Process(link.pid).name()} (process {link.pid})"
    return ""


class Nuanban:
    """Everything that one ``bin/serve`` runs, in the order in which it was started."""

    def __init__(self, place: Place, door: socket.socket) -> None:
        self.place = place
        self.door = door
        self.url = f"http://{HOST}:{door.getsockname()[1]}/"
        self.children: list[Child] = []
        self.env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.env |= {"NUANBAN_VAR": str(place.var), "PYTHONUNBUFFERED": "1"}

    def start(self) -> str:
        """Start everything and wait until it works; returns the demonstration's sign-ins.

        Raises:
            CannotServe: something does not start.
        """
        shorten(self.place.logs)
        self.place.worker_ready.unlink(missing_ok=True)
        self._start_servers()
        sign_ins = self._prepare()
        for child in (
            programs.web(self.place, self.env, self.door),
            programs.worker(self.place, self.env, ready=self.place.worker_ready),
            programs.beat(self.place, self.env),
        ):
            child.start()
            self._add(child)
        self._wait_until_ready()
        return sign_ins

    def _add(self, child: Child) -> None:
        self.children.append(child)
        remember(self.place, self.url, self.children)

    def _start_servers(self) -> None:
        database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
        database_port, redis_port = known_ports(self.place)
        if not database:
            postgres = Postgres(self.place)
            if not (postgres.data / "PG_VERSION").exists():
                say("· making the database")
            if postgres.make_data():
                self.place.prepared.unlink(missing_ok=True)
            child, database = start(postgres, database_port)
            self._add(child)
        if not redis:
            child, redis = start(Valkey(self.place), redis_port)
            self._add(child)
        self.env |= {"DATABASE_URL": database, "REDIS_URL": redis}
        self._write_addresses(Addresses(database, redis))

    def _write_addresses(self, addresses: Addresses) -> None:
        # Only what is embedded: production refuses whatever this file names.
        known = {"database": addresses.database, "redis": addresses.redis}
        if os.environ.get("DATABASE_URL"):
            known["database"] = ""
        if os.environ.get("REDIS_URL"):
            known["redis"] = ""
        write_privately(self.place.addresses, json.dumps({k: v for k, v in known.items() if v}))

    def _prepare(self) -> str:
        fingerprint = prepare.stamp(self.env["DATABASE_URL"], self.env.get("NUANBAN_MODE", ""))
        # Rows elsewhere may have been changed by others: there we always look.
        if not os.environ.get("DATABASE_URL"):
            known = prepare.done_before(self.place, fingerprint)
            if known is not None:
                return known
        command = [sys.executable, "-m", "config.serve.prepare"]
        env = {**self.env, "NUANBAN_STAMP": fingerprint}
        # In a session of its own, so that Ctrl-C reaches only us and is answered in one line.
        done = subprocess.run(command, check=False, cwd=BASE, env=env, start_new_session=True)
        if done.returncode != 0:
            raise CannotServe("Preparing the rows failed, for the reason above.")
        return prepare.done_before(self.place, fingerprint) or ""

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while True:
            late = [] if self.place.worker_ready.exists() else ["the worker"]
            late += [] if self._web_answers() else ["the web"]
            if not late:
                return
            self.mend()
            if time.monotonic() > deadline:
                names = " and ".join(late)
                raise CannotServe(
                    f"Not ready after {READY_WITHIN:.0f} s: {names}. See {self.place.logs}."
                )
            time.sleep(0.05)

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}health/", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:  # not yet, or with a status that says no
            return False

    def mend(self) -> None:
        """Start what has died again.

        Raises:
            CannotServe: it died too often.
        """
        for child in self.children:
            code = child.exit_code()
            if code is None:
                continue
            if child.failed_too_often():
                raise CannotServe(
                    f"{child.name} keeps stopping ({code}). {child.log} ends:\n{child.last_words()}"
                )
            say(f"! {child.name} stopped ({code}) and is started again; see {child.log}")
            child.stop()
            time.sleep(0.2 * len(child.starts))
            child.start()
            remember(self.place, self.url, self.children)

    def run(self) -> NoReturn:
        """Watch over the children until somebody stops us."""
        while True:
            self.mend()
            time.sleep(0.3)

    def stop(self) -> None:
        """Stop everything, last started first; the web, the worker and beat at the same time."""
        ours = [child for child in self.children if child.name in {"web", "worker", "beat"}]
        for child in ours:
            if child.process is not None and child.exit_code() is None:
                child.process.send_signal(child.stop_signal)
        for child in [*ours, *reversed(self.children)]:
            child.stop()
        self.place.running.unlink(missing_ok=True)


def serve(place: Place, port: int) -> int:
    """Run Nuanban until it is stopped; returns the exit code."""
    if os.environ.get("NUANBAN_MODE") == "production" and not (
        os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    ):
        raise CannotServe("Production needs DATABASE_URL and REDIS_URL: see docs/operations.md.")
    place.make()
    with only_one(place):
        if stop_leftovers(place):
            say("· an earlier Nuanban was killed; what it left has been stopped")
        with reserve(port) as door:
            nuanban = Nuanban(place, door)
            try:
                listen_to_signals()
                sign_ins = nuanban.start()
                say(f"Nuanban is ready: {nuanban.url}")
                say(sign_ins)
                nuanban.run()
            except Stopped as reason:
                say(f"\nStopping ({reason}) …")
                return 0
            finally:
                nuanban.stop()


def main() -> int:
    """The command line of ``bin/serve``."""
    parser = argparse.ArgumentParser(prog="bin/serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the pages are (8000)")
    options = parser.parse_args()
    if not 0 <= options.port <= 65535:
        parser.error("--port is a number from 0 (any free one) to 65535")
    try:
        return serve(chosen(), options.port)
    except CannotServe as reason:
        print(f"bin/serve: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
