"""Whether this process can do its work, for load balancers and for ``bin/serve``."""

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """``{"ok": true}``, or 503 with the part that does not answer.

    A broker that is away is named but is no failure: rows are the truth, and pages work without it.
    """
    rows, broker = _rows_answer(), _broker_answers()
    words = {"ok": rows, "rows": rows, "broker": broker}
    return JsonResponse(words, status=200 if rows else 503)


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
