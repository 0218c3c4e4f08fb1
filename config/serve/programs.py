"""The programs of Nuanban as child processes: the web, a worker, beat."""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from config.serve.places import Place
from config.serve.processes import Child

Env = Mapping[str, str]
QUEUES = "messages,plans,sweeps"


def program(place: Place, env: Env, name: str, *command: str) -> Child:
    """``python -m`` with this command; its words go to ``log/<name>.log``."""
    command = (sys.executable, "-m", *command)
    return Child(name, command, place.logs / f"{name}.log", env)


def web(place: Place, env: Env, door: socket.socket) -> Child:
    """gunicorn, answering at a socket that is open already."""
    child = program(
        place,
        env,
        "web",
        *("gunicorn", "config.wsgi", "--bind", f"fd://{door.fileno()}", "--preload"),
        *("--workers", os.environ.get("NUANBAN_WEB_PROCESSES", "2")),
        *("--threads", os.environ.get("NUANBAN_WEB_THREADS", "4")),
        *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
    )
    child.pass_fds = (door.fileno(),)
    return child


def worker(place: Place, env: Env, *, ready: Path, name: str = "worker") -> Child:
    """A Celery worker for all queues; it touches ``ready`` when it takes tasks."""
    child = program(
        place,
        {**env, "NUANBAN_READY_FILE": str(ready)},
        name,
        *("celery", "-A", "config.celery", "worker", "--queues", QUEUES),
        *("--concurrency", os.environ.get("NUANBAN_WORKER_PROCESSES", "2")),
        *("--hostname", f"nuanban-{name}-{os.getpid()}@%h", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle"),
    )
    child.death_signal = signal.SIGQUIT  # Celery: drop everything; tasks are acknowledged late
    return child


def beat(place: Place, env: Env, *, name: str = "beat") -> Child:
    """Celery's beat, with what it remembers in ``<name>-schedule``."""
    return program(
        place,
        env,
        name,
        *("celery", "-A", "config.celery", "beat"),
        *("--schedule", str(place.var / f"{name}-schedule"), "--pidfile=", "--loglevel", "WARNING"),
    )
