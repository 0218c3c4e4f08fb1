"""Messages: queued in the caller's own transaction, claimed by one worker, sent, recorded.

The row is written first; the broker is only told to look (``tasks.send_message``). A lost wake-up
is found by the sweeper, a worker that died in mid-send by the reaper; the gateway gets the
idempotency key each time, so that a second send of the same message is no second message.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from foundation import clock
from foundation.encryption import blind_index
from foundation.locks import locking
from workflow.channels import ChannelError, NeverRetry, RetrySoon, channel_for
from workflow.locks import message_locked, next_message_locked, stuck_messages_locked
from workflow.models import Message
from workflow.quiet_hours import after_quiet_hours
from workflow.states import MESSAGE_MOVES, MessageStatus

MAX_TRIES = 6
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=20)


def queue_message(
    *,
    key: str,
    kind: str,
    subject: str,
    to: str,
    body: str,
    branch_code: str = "",
    channel: str = "sms",
    may_wait: bool = False,
) -> Message:
    """Put a message into the outbox, inside the transaction that gives reason for it.

    The same ``key`` again is the same message. ``may_wait`` is for what nobody is waiting for just
    now: it is not sent in quiet hours.
    """
    message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject": subject,
            "to": to,
            "to_index": blind_index(to),
            "body": body,
            "branch_code": branch_code,
            "channel": channel,
            "next_try_at": after_quiet_hours(clock.now()) if may_wait else clock.now(),
        },
    )
    if created and message.next_try_at <= clock.now():
        # Robust: with the broker gone the row is still there, and the sweeper finds it.
        transaction.on_commit(_wake_for(message.pk), robust=True)
    return message


def _wake_for(pk: int) -> Callable[[], None]:
    def wake_a_worker() -> None:
        from workflow.tasks import send_message

        send_message.delay(pk)

    # A function with a name, no partial: Django names it when it fails, and would fail itself.
    return wake_a_worker


def deliver(pk: int | None = None) -> Message | None:
    """Claim one message that is due (this one, or the oldest), send it, record how it went.

    Sending happens outside any transaction. None when there is nothing to do: it was sent already,
    or another worker has it.
    """
    message = _claim(pk)
    if message is None:
        return None
    try:
        channel_for(message.channel).send(key=message.key, to=message.to, body=message.body)
    except ChannelError as error:
        return _record_failure(message, error)
    except Exception as error:
        # A mistake of ours, or of a gateway's library: counted as a try, so that one message that
        # cannot be sent does not come round for ever, and raised, so that somebody mends it.
        _record_failure(message, RetrySoon(f"unexpected: {type(error).__name__}"))
        raise
    return _settle(message, MessageStatus.DELIVERED, "")


def reap(limit: int = 500) -> int:
    """Take back what a dead worker left in flight; how many were taken back."""
    now = clock.now()
    with locking():
        stuck = stuck_messages_locked(now - LEASE, limit)
        for message in stuck:
            _leave_flight(message, MessageStatus.RETRYING, "the worker that sent it is gone", now)
    return len(stuck)


def sweep(limit: int = 500) -> int:
    """Send what is due and whose wake-up was lost; how many were handled."""
    handled = 0
    while handled < limit and deliver() is not None:
        handled += 1
    return handled


def pause_after(tries: int) -> timedelta:
    """How long to wait before the next try: doubling from 20 s, at most an hour, with jitter."""
    base = min(FIRST_PAUSE * float(2 ** (tries - 1)), timedelta(hours=1))
    jitter: float = random.uniform(0.8, 1.2)  # noqa: S311  # no secret hangs on it
    return base * jitter


def _claim(pk: int | None) -> Message | None:
    now = clock.now()
    with locking():
        message = next_message_locked(pk, now)
        if message is None:
            return None
        MESSAGE_MOVES.check(message.status, MessageStatus.IN_FLIGHT)
        message.status = MessageStatus.IN_FLIGHT
        message.in_flight_since = now
        message.tries += 1
        message.save(update_fields=["status", "in_flight_since", "tries"])
    return message


def _record_failure(claimed: Message, error: ChannelError) -> Message:
    final = isinstance(error, NeverRetry)
    return _settle(claimed, MessageStatus.FAILED if final else MessageStatus.RETRYING, error.words)


def _settle(claimed: Message, to: MessageStatus, failure: str) -> Message:
    """Record the outcome of a claim, unless its lease was reaped: then it is another's to tell."""
    with locking():
        message = message_locked(claimed.pk)
        if message.status == MessageStatus.IN_FLIGHT and message.tries == claimed.tries:
            _leave_flight(message, to, failure, clock.now() + pause_after(message.tries))
    return message


def _leave_flight(message: Message, to: MessageStatus, failure: str, again_at: datetime) -> None:
    """Move a locked message out of flight. The last try that fails asks a person to phone."""
    if to == MessageStatus.RETRYING and message.tries >= MAX_TRIES:
        to = MessageStatus.FAILED
    MESSAGE_MOVES.check(message.status, to)
    message.status = to
    message.in_flight_since = None
    message.failure = failure[:200]
    if to == MessageStatus.DELIVERED:
        message.delivered_at = clock.now()
    else:
        message.next_try_at = again_at
    message.save()
    if to == MessageStatus.FAILED:
        _ask_a_person_to_phone(message)


def _ask_a_person_to_phone(message: Message) -> None:
    from workflow.due_steps import ask_a_person

    ask_a_person(
        key=f"phone:{message.key}",
        kind="phone_instead",
        subject=message.subject,
        branch_code=message.branch_code,
        outcome=message.failure,
    )
