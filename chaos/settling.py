"""Waiting until nothing is left to do: the clock is moved to the last due step, work goes on."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from foundation import clock
from workflow.models import DueStep, Message
from workflow.outbox import LEASE
from workflow.states import MessageStatus, StepStatus

PATIENCE = 60.0  # seconds without any progress
UNDER_WAY = 1.5  # seconds that a live worker may still wait for the gateway
ROUNDS = 12  # a step may make another, and a message may wait for the morning


def unfinished() -> QuerySet[Message]:
    """Messages that have not come to an end."""
    ends = [MessageStatus.DELIVERED, MessageStatus.FAILED]
    return Message.objects.exclude(status__in=ends)


def overdue() -> QuerySet[DueStep]:
    """Steps that wait although their time has come."""
    return DueStep.objects.filter(status=StepStatus.WAITING, due_at__lte=clock.now())


def settle(jump: Callable[[timedelta], None], mend: Callable[[], None]) -> bool:
    """Let the workers do all there is to do, to the last due step; whether they did.

    ``jump`` moves the clock on, ``mend`` keeps the workers alive.
    """
    for _round in range(ROUNDS):
        if not _drained(mend):
            return False
        if unfinished().filter(status=MessageStatus.IN_FLIGHT).exists():
            time.sleep(UNDER_WAY)
        last = _last_due()
        if last is None:
            return True
        jump(max(last - clock.now(), timedelta(0)) + timedelta(minutes=5))
    return True  # what is left makes itself anew each time, and is not due


def _drained(mend: Callable[[], None]) -> bool:
    """Wait until nothing is due; False when nothing moves any more."""
    least, since = None, time.monotonic()
    while True:
        mend()
        left = _left_now()
        if left == 0:
            return True
        if least is None or left < least:
            least, since = left, time.monotonic()
        if time.monotonic() - since > PATIENCE:
            return False
        time.sleep(0.3)


def _left_now() -> int:
    """What could be done now. What a dead worker holds has to wait until its lease is over."""
    held = Q(status=MessageStatus.IN_FLIGHT, in_flight_since__gt=clock.now() - LEASE)
    due = unfinished().exclude(held).filter(next_try_at__lte=clock.now()).count()
    return due + overdue().count()


def _last_due() -> datetime | None:
    """When the last of what still waits for its time is due; None when nothing waits."""
    waiting = DueStep.objects.filter(status=StepStatus.WAITING).aggregate(at=Max("due_at"))["at"]
    sending = unfinished().aggregate(at=Max("next_try_at"), since=Max("in_flight_since"))
    held = sending["since"] + LEASE if sending["since"] else None
    return max((at for at in (waiting, sending["at"], held) if at is not None), default=None)
