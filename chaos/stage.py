"""What runs in a chaos run, and how each part of it is broken and mended.

The launcher's own children (``config.serve``) on servers that are thrown away. Whatever dies is
started again at once, as ``bin/serve`` or a service manager would.
"""

import contextlib
import os
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from chaos.faults import Fault
from config.serve import programs
from config.serve.embedded import Postgres, Valkey, start
from config.serve.places import CannotServe, Place
from config.serve.processes import Child

WORKERS, BEATS = 3, 2
READY_WITHIN = 90.0
PAST_THE_LEASE = timedelta(minutes=3)


class Stage:
    """Servers, gateway, workers, beats and the crowd; ``counts`` says what was done to them."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self.env = {**os.environ, "NUANBAN_VAR": str(place.var), "PYTHONUNBUFFERED": "1"}
        self.programs: dict[str, Child] = {}
        self.crowd: Child | None = None
        self.gateway: Child | None = None
        # Until when a worker is frozen, and when the broker comes back: moments of time.monotonic.
        self._frozen: dict[str, float] = {}
        self._broker_back: float | None = None

    @property
    def record(self) -> Path:
        return self.place.var / "accepted.sqlite"

    @property
    def ledger(self) -> Path:
        return self.place.var / "acknowledged.jsonl"

    def open(self) -> None:
        """Start the two servers and the gateway, and tell Django of them.

        Raises:
            CannotServe: one of them does not start.
        """
        # Not careless: what was committed must outlive an immediate stop.
        self.postgres, self.valkey = Postgres(self.place), Valkey(self.place)
        self.postgres.make_data()
        self.rows, database = start(self.postgres, 0)
        self.broker, redis = start(self.valkey, 0)
        self.rows_port, self.broker_port = (urlsplit(url).port or 0 for url in (database, redis))
        self.env |= {
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "NUANBAN_MODE": "development",
            "NUANBAN_SWEEP_SECONDS": "1",
            "NUANBAN_SMS_CHANNEL": "chaos.channel.HttpGateway",
        }
        port_file = self.place.var / "gateway.url"
        words = ("chaos.gateway", str(self.record), str(self.seed), str(port_file))
        self.gateway = programs.program(self.place, self.env, "gateway", *words)
        self.gateway.start()
        self._wait_for(port_file)
        self.env["NUANBAN_CHAOS_GATEWAY"] = port_file.read_text()
        os.environ.update(self.env)

    def start_programs(self) -> None:
        """Start workers and beats, and wait until the workers take tasks."""
        for number in range(WORKERS):
            name = f"worker-{number}"
            child = programs.worker(self.place, self.env, ready=self._ready(name), name=name)
            self.programs[name] = child
        for number in range(BEATS):
            name = f"beat-{number}"
            self.programs[name] = programs.beat(self.place, self.env, name=name)
        for child in self.programs.values():
            child.start()
        self.wait_until_ready()

    def start_crowd(self, visits: int, seconds: float) -> None:
        """Let the customers come."""
        words = ("chaos.crowd", str(self.ledger), str(self.seed), str(visits), str(seconds))
        self.crowd = programs.program(self.place, self.env, "crowd", *words)
        self.crowd.start()

    def crowd_is_done(self) -> bool:
        """Whether every customer has had an answer.

        Raises:
            CannotServe: the crowd itself has failed; that says nothing about the house.
        """
        assert self.crowd is not None
        code = self.crowd.exit_code()
        if code:
            raise CannotServe(f"the crowd failed ({code}):\n{self.crowd.last_words()}")
        return code == 0

    def wait_until_ready(self) -> None:
        """Wait until each worker takes tasks."""
        for name in self.programs:
            if name.startswith("worker"):
                self._wait_for(self._ready(name))

    def mend(self) -> None:
        """Start again what has died, wake what was frozen long enough."""
        now = time.monotonic()
        if self._broker_back is not None and now >= self._broker_back:
            self._start_broker()
        for name, until in list(self._frozen.items()):
            if now >= until:
                self._signal(name, signal.SIGCONT)
                del self._frozen[name]
        for name, child in self.programs.items():
            if child.exit_code() is not None:
                child.stop()
                self._ready(name).unlink(missing_ok=True)
                child.start()

    def strike(self, fault: Fault) -> None:
        """Do what the fault says."""
        getattr(self, f"_{fault.kind}")(fault)

    def calm(self) -> None:
        """The end of all faults: everything runs again."""
        self._frozen = dict.fromkeys(self._frozen, 0.0)
        if self._broker_back is not None:
            self._broker_back = 0.0
        self.mend()
        self.wait_until_ready()

    def jump(self, by: timedelta) -> None:
        """Move the house's clock on."""
        from django.db import connections

        from foundation import clock

        connections.close_all()
        clock.hurry(by)

    def close(self) -> None:
        """Stop everything."""
        for name in self._frozen:
            self._signal(name, signal.SIGCONT)
        extra = [child for child in (self.crowd, self.gateway) if child is not None]
        servers = [getattr(self, name, None) for name in ("broker", "rows")]
        for child in [*self.programs.values(), *extra]:
            if child.process is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        for one in [*self.programs.values(), *extra, *servers]:
            if one is not None:
                one.stop()

    def _kill_worker(self, fault: Fault) -> None:
        self._kill(f"worker-{fault.target % WORKERS}")

    def _kill_beat(self, fault: Fault) -> None:
        self._kill(f"beat-{fault.target % BEATS}")

    def _kill(self, name: str) -> None:
        self._frozen.pop(name, None)
        self._signal(name, signal.SIGKILL)
        self.counts["kills"] += 1

    def _freeze_worker(self, fault: Fault) -> None:
        """It sleeps in mid-sentence until others believe that it is dead."""
        name = f"worker-{fault.target % WORKERS}"
        self._signal(name, signal.SIGSTOP)
        self._frozen[name] = time.monotonic() + 1.0 + fault.amount
        self.jump(PAST_THE_LEASE)
        self.counts["freezes"] += 1

    def _wipe_broker(self, _fault: Fault) -> None:
        from redis import Redis, RedisError

        if self._broker_back is None:
            with contextlib.suppress(RedisError), Redis.from_url(self.env["REDIS_URL"]) as link:
                link.flushall()
                self.counts["wipes"] += 1

    def _stop_broker(self, fault: Fault) -> None:
        """It keeps nothing on disk: it comes back empty."""
        if self._broker_back is None and self.broker.process is not None:
            self.broker.process.kill()
            self.broker.process.wait()
            self._broker_back = time.monotonic() + fault.amount
            self.counts["wipes"] += 1

    def _start_broker(self) -> None:
        self._broker_back = None
        self.broker.start()
        if not self.valkey.wait(self.broker, self.broker_port):
            raise CannotServe(f"Valkey does not come back:\n{self.broker.last_words()}")

    def _restart_rows(self, _fault: Fault) -> None:
        """PostgreSQL's immediate stop: no goodbye to anybody, and recovery at the next start."""
        from django.db import connections

        assert self.rows.process is not None
        self.rows.process.send_signal(signal.SIGQUIT)
        self.rows.process.wait(30)
        self.rows.start()
        if not self.postgres.wait(self.rows, self.rows_port):
            raise CannotServe(f"PostgreSQL does not come back:\n{self.rows.last_words()}")
        connections.close_all()
        self.counts["restarts"] += 1

    def _silence_gateway(self, fault: Fault) -> None:
        from chaos.channel import post

        post(f"{self.env['NUANBAN_CHAOS_GATEWAY']}silence", {"seconds": str(fault.amount)})
        self.counts["silences"] += 1

    def _jump(self, fault: Fault) -> None:
        self.jump(timedelta(minutes=fault.amount))
        self.counts["jumps"] += 1

    def _signal(self, name: str, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.programs[name].pid, number)

    def _ready(self, name: str) -> Path:
        return self.place.var / f"{name}.ready"

    def _wait_for(self, file: Path) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not file.exists():
            self.mend()
            if time.monotonic() > deadline:
                raise CannotServe(f"waited in vain for {file.name}; see {self.place.logs}")
            time.sleep(0.05)


def say(words: str) -> None:
    """One line on what happens now."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
