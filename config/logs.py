"""Structured logs: one JSON object a line, and nothing in it that names a person.

A request is logged by its route (``/visits/<uuid:public_id>/``), never by its path or query, and by
the kind of its asker, never by who it is. Long digit runs are struck out wherever they come from.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

LONG_DIGITS = re.compile(r"\d{7,}")
EXTRA = ("method", "route", "status", "milliseconds", "code", "task", "kind")

logger = logging.getLogger("nuanban.request")


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON with the few extra fields that we know."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": strike_out(record.getMessage()),
        }
        line.update({name: getattr(record, name) for name in EXTRA if hasattr(record, name)})
        if record.exc_info:
            line["trace"] = strike_out(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def strike_out(text: str) -> str:
    """The text with every run of seven digits or more replaced: phones, ID and card numbers."""
    return LONG_DIGITS.sub("#######", text)


class RequestLogMiddleware:
    """One line for each answered request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        logger.info(
            "answered",
            extra={
                "method": request.method,
                "route": match.route if match else "(no route)",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response


def configuration(*, level: str) -> dict[str, Any]:
    """``LOGGING``: everything to standard error, as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own logs name paths and queries, and ours say the same without them.
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "celery": {"level": "WARNING"},
        },
    }
