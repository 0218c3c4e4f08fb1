"""The only place in this app that says FOR UPDATE. Rows that somebody else holds are skipped."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from workflow.models import DueStep, Message
from workflow.states import MessageStatus, StepStatus

READY = (MessageStatus.QUEUED, MessageStatus.RETRYING)


def next_message_locked(pk: int | None, at: datetime) -> Message | None:
    """One message that may be sent now: this one, or the oldest."""
    rows = Message.objects.filter(status__in=READY, next_try_at__lte=at, sent_with=None)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return (
        rows.select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at", "pk").first()
    )


def message_locked(pk: int) -> Message:
    """One message, locked and fresh."""
    return Message.objects.select_for_update(of=("self",)).get(pk=pk)


def companions_locked(lead: Message, before: datetime, limit: int) -> list[Message]:
    """What may go out with ``lead``: to the same phone, soon due, and never tried by itself."""
    rows = Message.objects.filter(
        status=MessageStatus.QUEUED,
        to_index=lead.to_index,
        channel=lead.channel,
        language=lead.language,
        may_wait=True,
        tries=0,
        sent_with=None,
        followers=None,
        next_try_at__lte=before,
    ).exclude(pk=lead.pk)
    return _skipping_locked(rows.order_by("queued_at", "pk"), limit)


def stuck_messages_locked(before: datetime, after: datetime, limit: int) -> list[Message]:
    """Messages in flight since before ``before``: their worker is gone.

    Or since ``after`` a moment that is still to come: the clock has been set back meanwhile.
    """
    stuck = Q(in_flight_since__lt=before) | Q(in_flight_since__gt=after)
    rows = Message.objects.filter(stuck, status=MessageStatus.IN_FLIGHT, sent_with=None)
    return _skipping_locked(rows.order_by("pk"), limit)


def old_messages_locked(before: datetime, limit: int) -> list[Message]:
    """Messages that have ended and whose text nobody needs any more."""
    ended = [MessageStatus.DELIVERED, MessageStatus.FAILED]
    to_be_read_out = DueStep.objects.filter(
        key=Concat(Value("phone:"), OuterRef("key")),
        status__in=[StepStatus.WAITING, StepStatus.OPEN],
    )
    rows = Message.objects.filter(forgotten_at=None, queued_at__lt=before, status__in=ended)
    rows = rows.exclude(Exists(to_be_read_out))
    return _skipping_locked(rows.order_by("queued_at", "pk"), limit)


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


def _skipping_locked(rows: QuerySet[Message], limit: int) -> list[Message]:
    return list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
