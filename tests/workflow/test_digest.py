"""Never two messages where one will do; and whatever crashes, the same words under the same key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from tests.make import MORNING
from workflow import outbox
from workflow.channels import Filled, NeverRetry, RetrySoon
from workflow.models import DueStep, Message
from workflow.outbox import LEASE, deliver, queue_message, reap, sweep, try_again
from workflow.states import MessageStatus
from workflow.texts import compose

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


class Gateway:
    """Keeps what it accepted under each key; says no when it is told to, before or after."""

    def __init__(self) -> None:
        self.accepted: dict[str, list[str]] = {}
        self.before: Exception | None = None
        self.after: Exception | None = None

    def send(self, *, key: str, to: str, body: str) -> None:
        if self.before:
            raise self.before
        self.accepted.setdefault(key, []).append(body)
        if self.after:
            raise self.after


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def gateway(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    monkeypatch.setattr(outbox, "channel_for", lambda _name: gateway)
    return gateway


def queue(key: str, **overrides: Any) -> Message:
    given: dict[str, Any] = {"to": PHONE, "may_wait": True} | overrides
    return queue_message(
        key=key, kind="k", subject=f"visit:{key}", body=key, branch_code="B1", **given
    )


def statuses() -> dict[str, str]:
    return dict(Message.objects.values_list("key", "status"))


def test_what_is_due_for_one_phone_goes_as_one(gateway: Gateway) -> None:
    for key in "abcd":
        queue(key)
    queue("other phone", to="13900000000")
    queue("now", may_wait=False)
    queue("by mail", channel="email")
    later = queue("later")
    Message.objects.filter(pk=later.pk).update(next_try_at=MORNING + timedelta(minutes=11))
    with override_settings(NUANBAN_CHANNELS={"sms": "workflow.channels.DemoGateway"}):
        assert sweep() == 5
    assert gateway.accepted == {
        "a": ["a\nb\nc"],
        "d": ["d"],
        "other phone": ["other phone"],
        "now": ["now"],
        "by mail": ["by mail"],
    }
    assert statuses() == dict.fromkeys(
        ["a", "b", "c", "d", "other phone", "now", "by mail"], "delivered"
    ) | {"later": "queued"}


def test_what_waits_a_little_is_taken_along_and_not_sent_again(
    gateway: Gateway, clock: time_machine.Traveller
) -> None:
    queue("a")
    soon = queue("b")
    Message.objects.filter(pk=soon.pk).update(next_try_at=MORNING + timedelta(minutes=9))
    deliver()
    clock.shift(timedelta(minutes=9))
    assert sweep() == 0
    assert gateway.accepted == {"a": ["a\nb"]}


@pytest.mark.parametrize("trouble", ["before", "after"])
def test_a_second_try_sends_the_same_words_under_the_same_key(
    gateway: Gateway, clock: time_machine.Traveller, trouble: str
) -> None:
    queue("a")
    queue("b")
    setattr(gateway, trouble, RetrySoon("no answer"))
    deliver()
    assert statuses() == {"a": "retrying", "b": "retrying"}
    setattr(gateway, trouble, None)
    # Came in the meantime: the gateway may have accepted "a" already, so it goes by itself.
    queue("c")
    clock.shift(timedelta(minutes=1))
    assert sweep() == 2
    expected = ["a\nb"] * (2 if trouble == "after" else 1)
    assert gateway.accepted == {"a": expected, "c": ["c"]}
    assert set(statuses().values()) == {"delivered"}


def test_what_was_tried_alone_never_joins_another(
    gateway: Gateway, clock: time_machine.Traveller
) -> None:
    gateway.after = RetrySoon("no answer")
    queue("tried")
    deliver()
    gateway.after = None
    clock.shift(timedelta(seconds=1))
    queue("new")
    deliver(Message.objects.get(key="new").pk)
    clock.shift(timedelta(minutes=1))
    sweep()
    assert gateway.accepted == {"tried": ["tried"] * 2, "new": ["new"]}


def test_a_worker_that_dies_holding_several_is_reaped_with_all_of_them(
    gateway: Gateway, clock: time_machine.Traveller
) -> None:
    queue("a")
    queue("b")
    outbox._claim(None)  # and then the power fails
    assert statuses() == {"a": "in_flight", "b": "in_flight"}
    clock.shift(LEASE + timedelta(seconds=1))
    assert reap() == 1
    assert sweep() == 1
    assert gateway.accepted == {"a": ["a\nb"]}
    assert statuses() == {"a": "delivered", "b": "delivered"}


def test_one_failure_is_one_call_and_a_retry_takes_all_along(gateway: Gateway, town: Any) -> None:
    queue("a")
    queue("b")
    gateway.before = NeverRetry("no such number")
    deliver()
    assert statuses() == {"a": "failed", "b": "failed"}
    [step] = DueStep.objects.all()
    assert (step.key, step.kind) == ("phone:a", "phone_instead")
    gateway.before = None
    try_again(message=Message.objects.get(key="a"), actor=town.olga)
    assert statuses() == {"a": "queued", "b": "queued"}
    assert sweep() == 1
    assert gateway.accepted == {"a": ["a\nb"]}
    step.refresh_from_db()
    assert step.status == "skipped"


def test_a_wake_up_for_one_that_went_along_does_nothing(gateway: Gateway) -> None:
    queue("a")
    second = queue("b")
    deliver()
    assert deliver(second.pk) is None
    assert Message.objects.get(key="b").tries == 0


class ByTemplates:
    """A gateway of approved templates."""

    def __init__(self) -> None:
        self.filled: list[Filled] = []

    def send_template(self, *, key: str, to: str, filled: Filled) -> None:
        self.filled.append(filled)


@pytest.mark.parametrize(("approved", "sent"), [({}, 2), ({"digest.1.en": "77"}, 1)])
def test_a_gateway_of_templates_joins_only_by_an_approved_one(
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    approved: dict[str, str],
    sent: int,
) -> None:
    channel = ByTemplates()
    monkeypatch.setattr(outbox, "channel_for", lambda _name: channel)
    text = compose("visit_approved", {"service": "s", "when": "w"})
    for key in "ab":
        queue_message(key=key, kind="k", subject="s", to=PHONE, text=text, may_wait=True)
    with override_settings(
        NUANBAN_CHANNELS={"sms": f"{__name__}.ByTemplates"}, NUANBAN_SMS_TEMPLATES=approved
    ):
        sweep()
    assert len(channel.filled) == sent
    first = channel.filled[0]
    if sent == 1:
        assert (first.template, first.facts) == ("digest", {"texts": f"{text.body}\n{text.body}"})
    else:
        assert first.facts == {"service": "s", "when": "w"}
    assert set(Message.objects.values_list("status", flat=True)) == {MessageStatus.DELIVERED}
    assert set(Message.objects.values_list("template_version", flat=True)) == {1}
