"""Messages: queued in the caller's own transaction, claimed by one worker, sent, recorded.

The row is written first; the broker is only told to look (``tasks.send_message``). A lost wake-up
is found by the sweeper, a worker that died in mid-send by the reaper; the gateway gets the
idempotency key each time, so that a second send of the same message is no second message.
"""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from foundation import clock
from foundation.encryption import blind_index
from foundation.errors import MoveRefused
from foundation.locks import locking
from workflow import digest, due_steps
from workflow.channels import (
    ByTemplate,
    ChannelError,
    NeverRetry,
    RetrySlowly,
    RetrySoon,
    channel_for,
)
from workflow.locks import message_locked, next_message_locked, stuck_messages_locked
from workflow.models import Message, MessageEvent
from workflow.models.message import TRIES
from workflow.quiet_hours import after_quiet_hours
from workflow.states import MESSAGE_MOVES, MessageStatus
from workflow.texts import Text

MAX_TRIES = TRIES
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=1)
# Until somebody may have paid the bill or mended the key.
SLOW_PAUSE = timedelta(minutes=15)
LONGEST_SLOW_PAUSE = timedelta(hours=4)


def queue_message(
    *,
    key: str,
    kind: str,
    subject: str,
    to: str,
    body: str = "",
    text: Text | None = None,
    branch_code: str = "",
    channel: str = "sms",
    may_wait: bool = False,
) -> Message:
    """Put a message into the outbox, inside the transaction that gives reason for it.

    The same ``key`` again is the same message. ``text`` is a filled template, and keeps its
    version; ``body`` is for words that have none. ``may_wait`` is for what nobody is waiting for
    just now: it is not sent in quiet hours, and may go out with others to the same phone.
    """
    given = _of_text(text) if text is not None else {"body": body}
    message, created = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject": subject,
            "to": to,
            "to_index": blind_index(to),
            "branch_code": branch_code,
            "channel": channel,
            "may_wait": may_wait,
            "next_try_at": after_quiet_hours(clock.now()) if may_wait else clock.now(),
            **given,
        },
    )
    if created and message.next_try_at <= clock.now():
        _wake_after_commit(message.pk)
    return message


def _of_text(text: Text) -> dict[str, object]:
    return {
        "body": text.body,
        "template": text.template,
        "template_version": text.version,
        "language": text.language,
        "facts": json.dumps(dict(text.facts), ensure_ascii=False),
    }


def _wake_after_commit(pk: int) -> None:
    # Robust: with the broker gone the row is still there, and the sweeper finds it.
    transaction.on_commit(_wake_for(pk), robust=True)


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
        _hand_over(message)
    except ChannelError as error:
        return _record_failure(message, error)
    except Exception as error:
        # A mistake of ours, or of a gateway's library: counted as a try, so that one message that
        # cannot be sent does not come round for ever, and raised, so that somebody mends it.
        _record_failure(message, RetrySoon(f"unexpected: {type(error).__name__}"))
        raise
    return _settle(message, MessageStatus.DELIVERED, "")


def _hand_over(message: Message) -> None:
    channel = channel_for(message.channel)
    if isinstance(channel, ByTemplate):
        channel.send_template(key=message.key, to=message.to, filled=digest.filled(message))
    else:
        channel.send(key=message.key, to=message.to, body=digest.body(message))


def try_again(*, message: Message, actor: AbstractBaseUser) -> Message:
    """Have a failed message tried again, on record, because what was wrong has been put right.

    The person who was asked to phone instead need not any more.

    Raises:
        MoveRefused: it has not failed, or its text has been deleted.
    """
    with locking():
        row = message_locked(message.pk)
        MESSAGE_MOVES.check(row.status, MessageStatus.QUEUED)
        if row.forgotten_at is not None or row.sent_with_id is not None:
            raise MoveRefused(data={"forgotten": row.forgotten_at is not None})
        MessageEvent.objects.create(
            message=row,
            actor_id=actor.pk,
            from_status=row.status,
            to_status=MessageStatus.QUEUED,
            reason=row.failure,
        )
        row.status = MessageStatus.QUEUED
        row.tries_allowed = row.tries + MAX_TRIES
        row.next_try_at = clock.now()
        row.failure = ""
        row.save()
        digest.mirror(row)
        due_steps.settle_key(key=f"phone:{row.key}", outcome="the message is sent again")
        _wake_after_commit(row.pk)
    return row


def reap(limit: int = 500) -> int:
    """Take back what a dead worker left in flight; how many were taken back."""
    now = clock.now()
    with locking():
        stuck = stuck_messages_locked(now - LEASE, now + LEASE, limit)
        for message in stuck:
            _leave_flight(message, MessageStatus.RETRYING, "the worker that sent it is gone", now)
    return len(stuck)


def sweep(limit: int = 500) -> int:
    """Send what is due and whose wake-up was lost; how many were handled."""
    handled = 0
    while handled < limit and deliver() is not None:
        handled += 1
    return handled


def pause_after(tries: int, *, slowly: bool = False) -> timedelta:
    """How long to wait before the next try, with jitter: doubling from 20 s, at most an hour.

    ``slowly``: from a quarter of an hour, at most four hours.
    """
    first, longest = (SLOW_PAUSE, LONGEST_SLOW_PAUSE) if slowly else (FIRST_PAUSE, LONGEST_PAUSE)
    base = min(first * float(2 ** (tries - 1)), longest)
    jitter: float = random.uniform(0.8, 1.2)  # noqa: S311  # no secret hangs on it
    return base * jitter


def _claim(pk: int | None) -> Message | None:
    now = clock.now()
    with locking():
        message = next_message_locked(pk, now)
        if message is None:
            return None
        MESSAGE_MOVES.check(message.status, MessageStatus.IN_FLIGHT)
        digest.gather(message, now)
        message.status = MessageStatus.IN_FLIGHT
        message.in_flight_since = now
        message.tries += 1
        message.save(update_fields=["status", "in_flight_since", "tries"])
        digest.mirror(message)
    return message


def _record_failure(claimed: Message, error: ChannelError) -> Message:
    to = MessageStatus.FAILED if isinstance(error, NeverRetry) else MessageStatus.RETRYING
    return _settle(claimed, to, error.words, slowly=isinstance(error, RetrySlowly))


def _settle(claimed: Message, to: MessageStatus, failure: str, *, slowly: bool = False) -> Message:
    """Record the outcome of a claim, unless its lease was reaped: then it is another's to tell."""
    with locking():
        message = message_locked(claimed.pk)
        if message.status == MessageStatus.IN_FLIGHT and message.tries == claimed.tries:
            pause = pause_after(_tries_of_this_round(message), slowly=slowly)
            _leave_flight(message, to, failure, clock.now() + pause)
    return message


def _tries_of_this_round(message: Message) -> int:
    """How often it was tried since it was queued, or since somebody had it tried again."""
    return max(1, message.tries - (message.tries_allowed - MAX_TRIES))


def _leave_flight(message: Message, to: MessageStatus, failure: str, again_at: datetime) -> None:
    """Move a locked message out of flight. The last try that fails asks a person to phone."""
    if to == MessageStatus.RETRYING and message.tries >= message.tries_allowed:
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
    digest.mirror(message)
    if to == MessageStatus.FAILED:
        _ask_a_person_to_phone(message)


def _ask_a_person_to_phone(message: Message) -> None:
    due_steps.ask_a_person(
        key=f"phone:{message.key}",
        kind="phone_instead",
        subject=message.subject,
        branch_code=message.branch_code,
        outcome=message.failure,
    )
