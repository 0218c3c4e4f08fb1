"""``/health/``: whether this process can do its work, for load balancers and for ``bin/serve``."""

from collections.abc import Callable

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

PATH = "/health/"


class HealthMiddleware:
    """Answers ``/health/`` before anything else looks at the request.

    Those who ask speak plain HTTP, call us by a number instead of a name, and come every second: so
    they are neither sent on to HTTPS, nor refused for the name, nor logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != PATH:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return health()


def health() -> JsonResponse:
    """``{"ok": true}``, or 503 with the part that does not answer.

    A broker that is away is named but is no failure: rows are the truth, and pages work without it.
    """
    rows, broker = _rows_answer(), _broker_answers()
    words = {"ok": rows, "rows": rows, "broker": broker}
    answer = JsonResponse(words, status=200 if rows else 503)
    answer.headers["Cache-Control"] = "no-store"
    return answer


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
