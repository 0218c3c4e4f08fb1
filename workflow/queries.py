"""Reads of messages that pages share."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from foundation import clock
from workflow.models import DemoDelivery, Message
from workflow.states import MessageStatus


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
