"""Beat, with a pulse: each tick leaves a sign of life, so that a silent beat is noticed."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.db import Error as DatabaseError
from django.db import connection

PULSE_SECONDS = 10.0


class Scheduler(PersistentScheduler):
    """Celery's own, and a row that says when it last ticked."""

    _signed_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; leave a sign every ten seconds. Rows that are away stop nothing."""
        wait: float = super().tick(*args, **kwargs)
        if time.monotonic() - self._signed_at >= PULSE_SECONDS:
            self._sign()
        return min(wait, PULSE_SECONDS)

    def _sign(self) -> None:
        from workflow import heartbeats

        self._signed_at = time.monotonic()
        try:
            heartbeats.sign(heartbeats.BEAT)
        except DatabaseError as error:
            logging.getLogger("nuanban.beat").warning("no sign of life: %s", type(error).__name__)
            connection.close()
