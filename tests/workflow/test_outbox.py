"""Messages: queued once, sent once, tried again, and never lost with a worker."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.make import MORNING
from workflow import outbox, tasks
from workflow.channels import NeverRetry, RetrySoon
from workflow.models import DemoDelivery, DueStep, Message
from workflow.outbox import LEASE, MAX_TRIES, deliver, queue_message, reap, sweep
from workflow.states import MessageStatus, StepStatus

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
TEXT = "Your visit is tomorrow."


class FakeChannel:
    """Does what the test says, and remembers."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.trouble: Exception | None = None

    def send(self, *, key: str, to: str, body: str) -> None:
        self.sent.append(key)
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def channel(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    fake = FakeChannel()
    monkeypatch.setattr(outbox, "channel_for", lambda _name: fake)
    return fake


def queue(key: str = "visit:1:booked", **overrides: Any) -> Message:
    fields: dict[str, Any] = {
        "kind": "booked",
        "subject": "visit:1",
        "to": PHONE,
        "body": TEXT,
    } | overrides
    return queue_message(key=key, branch_code="B1", **fields)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_same_key_is_the_same_message(clock: time_machine.Traveller) -> None:
    first = queue()
    assert queue(body="other words") == first
    assert [(m.status, m.body, m.to) for m in Message.objects.all()] == [("queued", TEXT, PHONE)]


def test_delivered_once(channel: FakeChannel) -> None:
    message = queue()
    delivered = deliver(message.pk)
    assert delivered is not None
    assert (delivered.status, delivered.delivered_at, delivered.tries) == ("delivered", MORNING, 1)
    assert deliver(message.pk) is None
    assert deliver() is None
    assert channel.sent == [message.key]


def test_demo_gateway_takes_each_key_once(clock: time_machine.Traveller) -> None:
    message = queue()
    deliver(message.pk)
    Message.objects.update(status=MessageStatus.QUEUED)
    deliver(message.pk)
    assert [(d.key, d.to, d.body) for d in DemoDelivery.objects.all()] == [
        (message.key, PHONE, TEXT)
    ]


def test_trouble_is_tried_again_later_and_not_before(
    channel: FakeChannel, clock: time_machine.Traveller
) -> None:
    message = queue()
    channel.trouble = RetrySoon("busy")
    deliver(message.pk)
    row = fresh(message)
    assert (row.status, row.failure, row.tries) == ("retrying", "busy", 1)
    assert timedelta(seconds=16) <= row.next_try_at - MORNING <= timedelta(seconds=24)
    assert deliver(message.pk) is None

    clock.move_to(row.next_try_at)
    channel.trouble = None
    assert sweep() == 1
    assert fresh(message).status == MessageStatus.DELIVERED
    assert channel.sent == [message.key] * 2


@pytest.mark.parametrize("tries", range(1, 12))
def test_pauses_double_up_to_an_hour(tries: int) -> None:
    expected = min(20 * 2 ** (tries - 1), 3600)
    assert 0.8 * expected <= outbox.pause_after(tries).total_seconds() <= 1.2 * expected


def test_last_try_fails_and_asks_a_person_to_phone(
    channel: FakeChannel, clock: time_machine.Traveller
) -> None:
    message = queue()
    channel.trouble = RetrySoon("busy")
    for _ in range(MAX_TRIES):
        assert not DueStep.objects.exists()
        clock.move_to(fresh(message).next_try_at)
        deliver(message.pk)
    assert (fresh(message).status, fresh(message).tries) == ("failed", MAX_TRIES)
    step = DueStep.objects.get()
    assert (step.kind, step.subject, step.branch_code, step.status, step.outcome) == (
        "phone_instead",
        "visit:1",
        "B1",
        StepStatus.OPEN,
        "busy",
    )
    clock.shift(timedelta(days=1))
    assert deliver() is None


def test_what_can_never_work_fails_at_once(channel: FakeChannel) -> None:
    message = queue()
    channel.trouble = NeverRetry("no such number")
    deliver(message.pk)
    assert (fresh(message).status, fresh(message).failure) == ("failed", "no such number")
    assert DueStep.objects.get().kind == "phone_instead"


def test_unknown_channel_fails_at_once(clock: time_machine.Traveller) -> None:
    message = queue_message(key="k", kind="k", subject="s", to=PHONE, body=TEXT, channel="pigeon")
    deliver(message.pk)
    assert fresh(message).failure == "channel pigeon is not configured"


def test_unexpected_error_is_counted_and_lets_the_others_pass(channel: FakeChannel) -> None:
    poison, other = queue("poison"), queue("other")
    channel.trouble = ValueError("boom " + PHONE)
    with pytest.raises(ValueError, match="boom"):
        sweep()
    row = fresh(poison)
    assert (row.status, row.failure, row.tries) == ("retrying", "unexpected: ValueError", 1)
    channel.trouble = None
    assert sweep() == 1
    assert fresh(other).status == MessageStatus.DELIVERED


def in_flight(message: Message, *, tries: int = 1) -> None:
    Message.objects.filter(pk=message.pk).update(
        status=MessageStatus.IN_FLIGHT, in_flight_since=MORNING, tries=tries
    )


def test_what_a_dead_worker_held_is_taken_back_after_its_lease(
    channel: FakeChannel, clock: time_machine.Traveller
) -> None:
    message = queue()
    in_flight(message)
    clock.shift(LEASE)
    assert (reap(), sweep()) == (0, 0)
    clock.shift(timedelta(seconds=1))
    assert (reap(), sweep()) == (1, 1)
    assert fresh(message).status == MessageStatus.DELIVERED
    assert reap() == 0


def test_message_that_kills_every_worker_ends_with_a_person(clock: time_machine.Traveller) -> None:
    message = queue()
    in_flight(message, tries=MAX_TRIES)
    clock.shift(LEASE + timedelta(seconds=1))
    reap()
    assert fresh(message).status == MessageStatus.FAILED
    assert DueStep.objects.get().kind == "phone_instead"


@pytest.mark.parametrize("trouble", [None, NeverRetry("late")])
def test_worker_that_comes_back_late_tells_nothing(
    channel: FakeChannel, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    message = queue()

    def reaped_and_taken_again(*, key: str, to: str, body: str) -> None:
        in_flight(message, tries=2)
        if trouble is not None:
            raise trouble

    monkeypatch.setattr(channel, "send", reaped_and_taken_again)
    deliver(message.pk)
    assert (fresh(message).status, fresh(message).tries) == ("in_flight", 2)
    assert not DueStep.objects.exists()


def test_sweep_goes_oldest_first_and_stops_at_its_limit(
    channel: FakeChannel, clock: time_machine.Traveller
) -> None:
    for key in ("a", "b", "c"):
        queue(key)
        clock.shift(timedelta(seconds=1))
    assert sweep(limit=2) == 2
    assert channel.sent == ["a", "b"]


def test_wake_up_is_sent_after_the_commit_only(
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    from workflow import tasks

    woken: list[int] = []
    monkeypatch.setattr(tasks.send_message, "delay", woken.append)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        message = queue()
        queue()
        assert woken == []
    assert len(callbacks) == 1
    assert woken == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_away_is_no_news_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_pk: int) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.send_message, "delay", away)
    with transaction.atomic():
        message = queue()
    assert Message.objects.get().pk == message.pk
    assert Message.objects.get().status == MessageStatus.QUEUED


def test_rolled_back_reason_sends_nothing() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_phone_and_text_are_sealed_in_the_table(clock: time_machine.Traveller) -> None:
    deliver(queue().pk)
    with connection.cursor() as cursor:
        for table in ("workflow_message", "workflow_demodelivery"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            [row] = cursor.fetchone()
            assert PHONE not in row
            assert TEXT not in row


@pytest.mark.parametrize(
    "update",
    [
        {"status": "invented"},
        {"status": "in_flight", "in_flight_since": None},
        {"status": "queued", "in_flight_since": MORNING},
    ],
)
def test_database_refuses_impossible_messages(update: dict[str, object]) -> None:
    message = queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**update)
