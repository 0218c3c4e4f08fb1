"""Reads of messages and due steps that pages, metrics and the health check share."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from foundation import clock
from workflow import texts
from workflow.models import DemoDelivery, DueStep, Message
from workflow.states import MessageStatus, StepStatus

TO_SEND = (MessageStatus.QUEUED, MessageStatus.RETRYING)


@dataclass(frozen=True)
class ChannelFigures:
    """What one channel has done in a span of time, and what waits for it now."""

    channel: str
    delivered: int
    failed: int
    waiting: int

    @property
    def percent(self) -> int | None:
        """How many of those that ended arrived; None when none has ended."""
        ended = self.delivered + self.failed
        return round(100 * self.delivered / ended) if ended else None


@dataclass(frozen=True)
class Depths:
    """How much waits, and since when the oldest of it should have been done."""

    due: int
    later: int
    oldest: datetime | None

    @property
    def late_by(self) -> timedelta:
        """How long the oldest waits already."""
        return max(clock.now() - self.oldest, timedelta(0)) if self.oldest else timedelta(0)


def demo_deliveries() -> QuerySet[DemoDelivery]:
    """What the demonstration's own gateway has delivered, newest first."""
    return DemoDelivery.objects.order_by("-at", "-pk")


def sent_lately(subject: str, kind: str, within: timedelta) -> bool:
    """Whether such a message waits to go out, or went out less than ``within`` ago."""
    return (
        Message.objects.filter(subject=subject, kind=kind)
        .filter(Q(delivered_at__isnull=True) | Q(delivered_at__gt=clock.now() - within))
        .exclude(status=MessageStatus.FAILED)
        .exists()
    )


def messages_about(subject: str) -> QuerySet[Message]:
    """The messages about one thing, in order."""
    return Message.objects.filter(subject=subject).order_by("queued_at", "pk")


def steps_about(subject: str) -> QuerySet[DueStep]:
    """The due steps about one thing, past and to come, in order."""
    return DueStep.objects.filter(subject=subject).order_by("due_at", "pk")


def without_secrets(message: Message) -> str:
    """The words of a message for whoever only looks: no door code and no sign-in code.

    Empty when they have been deleted, or when we cannot tell what in them is a secret.
    """
    if not message.template or not message.body:
        return ""
    facts = json.loads(message.facts) if message.facts else {}
    hidden = texts.hide_secrets(message.template, message.template_version, message.language, facts)
    return hidden or ""


def message_depths(rows: QuerySet[Message]) -> Depths:
    """What of these waits to be sent."""
    now = clock.now()
    found = rows.filter(status__in=TO_SEND, sent_with=None).aggregate(
        due=Count("pk", filter=Q(next_try_at__lte=now)),
        later=Count("pk", filter=Q(next_try_at__gt=now)),
        oldest=Min("next_try_at", filter=Q(next_try_at__lte=now)),
    )
    return Depths(**found)


def step_depths(rows: QuerySet[DueStep]) -> Depths:
    """What of these waits to be acted on by itself."""
    now = clock.now()
    found = rows.filter(status=StepStatus.WAITING).aggregate(
        due=Count("pk", filter=Q(due_at__lte=now)),
        later=Count("pk", filter=Q(due_at__gt=now)),
        oldest=Min("due_at", filter=Q(due_at__lte=now)),
    )
    return Depths(**found)


def channel_figures(rows: QuerySet[Message], since: datetime) -> list[ChannelFigures]:
    """For each channel: what arrived and what failed since then, and what waits now."""
    counted = (
        rows.filter(
            Q(delivered_at__gte=since)
            | Q(status=MessageStatus.FAILED, queued_at__gte=since)
            | Q(status__in=[*TO_SEND, MessageStatus.IN_FLIGHT])
        )
        .values("channel")
        .annotate(
            delivered=Count("pk", filter=Q(status=MessageStatus.DELIVERED)),
            failed=Count("pk", filter=Q(status=MessageStatus.FAILED)),
            waiting=Count("pk", filter=Q(status__in=[*TO_SEND, MessageStatus.IN_FLIGHT])),
        )
        .order_by("channel")
    )
    return [ChannelFigures(**row) for row in counted]


def failed_messages(rows: QuerySet[Message]) -> QuerySet[Message]:
    """What did not arrive and was told by nobody, the newest first."""
    return rows.filter(
        status=MessageStatus.FAILED, acknowledged_at=None, forgotten_at=None, sent_with=None
    ).order_by("-queued_at", "-pk")
