"""Reads of messages that pages share."""

from django.db.models import QuerySet

from workflow.models import DemoDelivery


def demo_deliveries() -> QuerySet[DemoDelivery]:
    """What the demonstration's own gateway has delivered, newest first."""
    return DemoDelivery.objects.order_by("-at", "-pk")
