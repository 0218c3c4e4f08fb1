"""The only place in this app that says FOR UPDATE. Rows that somebody else holds are skipped."""

from datetime import datetime

from django.db.models import Q

from workflow.models import DueStep, Message
from workflow.states import MessageStatus, StepStatus


def next_message_locked(pk: int | None, at: datetime) -> Message | None:
    """One message that may be sent now: this one, or the oldest."""
    ready = Q(status__in=[MessageStatus.QUEUED, MessageStatus.RETRYING], next_try_at__lte=at)
    rows = Message.objects.filter(ready)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return (
        rows.select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at", "pk").first()
    )


def message_locked(pk: int) -> Message:
    """One message, locked and fresh."""
    return Message.objects.select_for_update(of=("self",)).get(pk=pk)


def stuck_messages_locked(before: datetime, limit: int) -> list[Message]:
    """Messages in flight since before ``before``: their worker is gone."""
    return list(
        Message.objects.filter(status=MessageStatus.IN_FLIGHT, in_flight_since__lt=before)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:limit]
    )


def next_due_step_locked(at: datetime, kinds: list[str]) -> DueStep | None:
    """The oldest step whose time has come."""
    return (
        DueStep.objects.filter(status=StepStatus.WAITING, due_at__lte=at, kind__in=kinds)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("due_at", "pk")
        .first()
    )


def due_step_locked(pk: int) -> DueStep:
    """One step, locked and fresh."""
    return DueStep.objects.select_for_update(of=("self",)).get(pk=pk)
