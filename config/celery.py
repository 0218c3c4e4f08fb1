"""The Celery application. Tasks are wake-up calls with ids: the rows are the truth."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("nuanban")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Django has configured the logs already; with a receiver here Celery leaves them alone."""


@worker_ready.connect
def tell_the_launcher(**_kwargs: Any) -> None:
    """Leave a sign that tasks are taken now, when ``bin/serve`` asked for one."""
    sign = os.environ.get("NUANBAN_READY_FILE")
    if sign:
        Path(sign).touch()
