"""Beat, with a pulse: each tick leaves a sign of life, so that a silent beat is noticed."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection


class Scheduler(PersistentScheduler):
    """Celery's own, and a row that says when it last ticked."""

    _signed_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; leave a sign now and then. Rows that are away stop nothing."""
        wait: float = super().tick(*args, **kwargs)
        pulse = float(settings.NUANBAN_HEARTBEAT_SECONDS)
        if time.monotonic() - self._signed_at >= pulse:
            self._sign()
        return min(wait, pulse)

    def _sign(self) -> None:
        from workflow import heartbeats

        self._signed_at = time.monotonic()
        try:
            heartbeats.sign(heartbeats.BEAT)
        except DatabaseError as error:
            logging.getLogger("nuanban.beat").warning("no sign of life: %s", type(error).__name__)
            connection.close()
