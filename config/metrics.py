"""``/metrics`` for Prometheus: read from the rows at each scrape, so any web process may answer.

For this machine itself, or for who shows ``NUANBAN_METRICS_TOKEN`` (``Authorization: Bearer …``).
Numbers only: no person, no branch.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from redis import Redis
from redis.exceptions import RedisError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LATELY = timedelta(hours=1)
NO_ANSWER = -1.0


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, or 403 for strangers."""
    if not may_read(request):
        return HttpResponse(status=403)
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)


def may_read(request: HttpRequest) -> bool:
    """Whether this is our own machine asking for itself, or somebody with the token."""
    token = settings.NUANBAN_METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and secrets.compare_digest(shown.encode(), token.encode()):
        return True
    # A proxy on this machine asks for others, and says so.
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class Figures:
    """What stands in the rows and in the broker at this moment."""

    def collect(self) -> Iterator[Metric]:
        """Each figure with its help."""
        yield from _messages()
        yield from _steps()
        yield from _signs()
        yield _broker_queues()


def _messages() -> Iterator[Metric]:
    from foundation import clock
    from workflow.models import Message
    from workflow.queries import channel_figures, failed_messages, message_depths

    depths = message_depths(Message.objects.all())
    yield _one("nuanban_messages_due", "Messages that should go out now", depths.due)
    yield _one("nuanban_messages_later", "Messages that wait for their time", depths.later)
    yield _one(
        "nuanban_messages_oldest_seconds",
        "How long the oldest due message waits",
        depths.late_by.total_seconds(),
    )
    failed = failed_messages(Message.objects.all()).count()
    yield _one("nuanban_messages_failed", "Failed, and nobody has phoned yet", failed)
    sent = GaugeMetricFamily(
        "nuanban_messages_last_hour", "What each channel did in an hour", labels=["channel", "came"]
    )
    for row in channel_figures(Message.objects.all(), clock.now() - LATELY):
        sent.add_metric([row.channel, "delivered"], row.delivered)
        sent.add_metric([row.channel, "failed"], row.failed)
        sent.add_metric([row.channel, "waiting"], row.waiting)
    yield sent


def _steps() -> Iterator[Metric]:
    from django.db.models import Count

    from workflow.models import DueStep
    from workflow.queries import step_depths
    from workflow.states import StepStatus

    depths = step_depths(DueStep.objects.all())
    yield _one("nuanban_due_steps_due", "Due steps to be acted on now", depths.due)
    yield _one("nuanban_due_steps_later", "Due steps that wait for their time", depths.later)
    yield _one(
        "nuanban_due_steps_oldest_seconds",
        "How long the oldest due step waits",
        depths.late_by.total_seconds(),
    )
    asked = GaugeMetricFamily(
        "nuanban_due_steps_open", "Due steps that wait for a person", labels=["kind"]
    )
    rows = DueStep.objects.filter(status=StepStatus.OPEN).values("kind").annotate(n=Count("pk"))
    for row in rows.order_by("kind"):
        asked.add_metric([row["kind"]], row["n"])
    yield asked


def _signs() -> Iterator[Metric]:
    from workflow import heartbeats

    found = GaugeMetricFamily(
        "nuanban_heartbeat_age_seconds", "Since the last sign of life; -1: never", labels=["part"]
    )
    for name, age in heartbeats.ages().items():
        found.add_metric([name], NO_ANSWER if age is None else age)
    yield found


def _broker_queues() -> Metric:
    from workflow.heartbeats import QUEUES

    found = GaugeMetricFamily(
        "nuanban_broker_queue", "Wake-up calls in the broker; -1: it is away", labels=["queue"]
    )
    for queue in QUEUES:
        found.add_metric([queue], _length(queue))
    return found


def _length(queue: str) -> float:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as link:
            length = link.llen(queue)
    except RedisError:
        return NO_ANSWER
    return float(length) if isinstance(length, int) else NO_ANSWER


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
