"""The Celery application. Tasks are wake-up calls with ids: the rows are the truth."""

import logging
import os
import time
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    celeryd_init,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_ready,
)
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("nuanban")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Django has configured the logs already; with a receiver here Celery leaves them alone."""


@celeryd_init.connect
@beat_init.connect
def refuse_unsafe_production(**_kwargs: Any) -> None:
    """Neither the worker nor beat goes on with what production must not start with.

    Raises:
        SystemExit: with what is wrong; Celery would swallow any other exception here.
    """
    from config import checks

    try:
        checks.refuse_unsafe_production()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@worker_ready.connect
def tell_the_launcher(**_kwargs: Any) -> None:
    """Leave a sign that tasks are taken now, when ``bin/serve`` asked for one."""
    sign = os.environ.get("NUANBAN_READY_FILE")
    if sign:
        Path(sign).touch()


@task_prerun.connect
def note_the_start(task: Any, **_kwargs: Any) -> None:
    """Remember when a task began, for its line in the log."""
    task.request.began = time.perf_counter()


@task_postrun.connect
def log_the_task(task: Any, state: str | None = None, **_kwargs: Any) -> None:
    """One line for each task: its name, how it ended, how long it took. Sweeps only for DEBUG."""
    began = getattr(task.request, "began", None)
    level = logging.DEBUG if task.name.startswith("sweeps.") else logging.INFO
    seconds = time.perf_counter() - began if began is not None else 0.0
    extra = {"task": task.name, "status": state, "milliseconds": round(seconds * 1000, 1)}
    logging.getLogger("nuanban.task").log(level, "done", extra=extra)
