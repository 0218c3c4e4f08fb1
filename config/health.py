"""Whether the house can do its work: for load balancers, for alarms and for ``bin/serve``.

``/health/`` and ``/healthz/ready``: whether this process can answer people (rows answer).
``/healthz/live``: whether this process answers at all. ``/healthz``: whether everything works, the
clock, the broker and the workers too. Answers hold no personal data.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

from config import metrics

PATH = "/health/"


class HealthMiddleware:
    """Answers the probes before anything else looks at the request.

    Those who ask speak plain HTTP, call us by a number instead of a name, and come every second: so
    they are neither sent on to HTTPS, nor refused for the name, nor logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def live(_request: HttpRequest) -> JsonResponse:
    """This process answers: whoever gets this need not start it anew."""
    return JsonResponse({"ok": True})


def ready(_request: HttpRequest) -> JsonResponse:
    """``{"ok": true}``, or 503 with the part that does not answer.

    A broker that is away is named but is no failure: rows are the truth, and pages work without it.
    """
    rows, broker = _rows_answer(), _broker_answers()
    return _answer({"ok": rows, "rows": rows, "broker": broker})


def whole(_request: HttpRequest) -> JsonResponse:
    """Every part by itself; 503 when one of them does not work.

    ``beat`` and ``queues`` come from signs of life in rows. While beat is silent nobody asks the
    queues: then they are ``null``, for nobody knows.
    """
    rows, broker = _rows_answer(), _broker_answers()
    beat, queues = _signs() if rows else (None, None)
    works = bool(rows and broker and beat and queues and all(queues.values()))
    return _answer({"ok": works, "rows": rows, "broker": broker, "beat": beat, "queues": queues})


def _answer(words: dict[str, Any]) -> JsonResponse:
    return JsonResponse(words, status=200 if words["ok"] else 503)


def _rows_answer() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as link:
            return bool(link.ping())
    except RedisError:
        return False


def _signs() -> tuple[bool, dict[str, bool] | None]:
    """Whether beat is alive, and which queues are served."""
    # Only now: this module is named in the settings, which are read before there are models.
    from workflow import heartbeats

    ages = heartbeats.ages()
    beat = not heartbeats.is_silent(heartbeats.BEAT, ages[heartbeats.BEAT])
    if not beat:
        return False, None
    return True, {
        queue: not heartbeats.is_silent(f"queue:{queue}", ages[f"queue:{queue}"])
        for queue in heartbeats.QUEUES
    }


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    PATH: ready,
    "/healthz": whole,
    "/healthz/live": live,
    "/healthz/ready": ready,
    "/metrics": metrics.metrics,
}
