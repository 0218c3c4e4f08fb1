"""What keeps the outbox clean and honest: retention, retries by hand, clocks, signs of life."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils import timezone

from foundation.errors import MoveRefused
from tests.make import MORNING, Town
from workflow import heartbeats, outbox, retention
from workflow.channels import NeverRetry, RetrySlowly
from workflow.due_steps import act_on_due, ask_a_person, register, schedule
from workflow.models import DemoDelivery, DueStep, Heartbeat, Message, MessageEvent
from workflow.outbox import LEASE, MAX_TRIES, deliver, queue_message, reap, sweep, try_again
from workflow.states import StepStatus
from workflow.texts import compose

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


def queue(key: str = "k") -> Message:
    text = compose("visit_approved", {"service": "s", "when": "w"})
    return queue_message(key=key, kind="k", subject="visit:1", to=PHONE, text=text, branch_code="B")


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_old_texts_are_forgotten_and_the_proof_stays(clock: time_machine.Traveller) -> None:
    old, failed, phoned = queue(), queue("failed"), queue("phoned")
    deliver(old.pk)
    Message.objects.filter(pk__in=[failed.pk, phoned.pk]).update(status="failed")
    ask_a_person(key="phone:phoned", kind="phone_instead", subject="visit:1", branch_code="B")
    clock.shift(timedelta(days=91))
    waiting = queue("waiting")
    young = queue("young")
    deliver(young.pk)
    with override_settings(NUANBAN_MESSAGE_DAYS=90):
        assert (retention.forget_old_texts(), retention.forget_old_texts()) == (2, 0)
    for row in (fresh(old), fresh(failed)):
        assert (row.to, row.to_index, row.body, row.facts) == ("", "", "", "")
        assert (row.template, row.template_version, row.forgotten_at) == (
            "visit_approved",
            1,
            MORNING + timedelta(days=91),
        )
    assert fresh(old).delivered_at == MORNING
    for row in (fresh(phoned), fresh(waiting), fresh(young)):
        assert row.body
    assert [row.key for row in DemoDelivery.objects.all()] == ["young"]


def test_a_failed_message_is_tried_again_on_record(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queue()
    monkeypatch.setattr(outbox, "channel_for", _refusing)
    deliver(message.pk)
    monkeypatch.undo()
    try_again(message=message, actor=town.olga)
    [event] = MessageEvent.objects.all()
    assert (event.message, event.actor, event.from_status, event.to_status, event.reason) == (
        message,
        town.olga,
        "failed",
        "queued",
        "no such number",
    )
    assert DueStep.objects.get().status == StepStatus.SKIPPED
    assert fresh(message).tries_allowed == 1 + MAX_TRIES
    assert sweep() == 1
    assert fresh(message).status == "delivered"
    with pytest.raises(MoveRefused):
        try_again(message=message, actor=town.olga)
    assert MessageEvent.objects.count() == 1
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        MessageEvent.objects.update(reason="")


def _refusing(_name: str) -> "Refusing":
    return Refusing()


class Refusing:
    def send(self, *, key: str, to: str, body: str) -> None:
        raise NeverRetry("no such number")


def test_what_is_forgotten_cannot_be_sent_again(town: Town) -> None:
    message = queue()
    Message.objects.filter(pk=message.pk).update(
        status="failed", to="", to_index="", body="", facts="", forgotten_at=MORNING
    )
    with pytest.raises(MoveRefused):
        try_again(message=message, actor=town.olga)
    assert fresh(message).status == "failed"


class Unpaid:
    def send(self, *, key: str, to: str, body: str) -> None:
        raise RetrySlowly("the bill")


def test_slow_troubles_are_given_time(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "channel_for", lambda _name: Unpaid())
    message = queue()
    deliver(message.pk)
    assert timedelta(minutes=12) <= fresh(message).next_try_at - MORNING <= timedelta(minutes=18)
    for tries in range(1, 12):
        minutes = min(15 * 2 ** (tries - 1), 240)
        pause = outbox.pause_after(tries, slowly=True).total_seconds() / 60
        assert 0.8 * minutes <= pause <= 1.2 * minutes


def test_a_clock_that_goes_back_neither_doubles_nor_sticks(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    acted: list[str] = []

    def act(step: DueStep) -> tuple[StepStatus, str]:
        acted.append(step.subject)
        return StepStatus.DONE, "done"

    monkeypatch.setattr("workflow.due_steps._handlers", {})
    register("test_kind", act)
    schedule(key="s", kind="test_kind", subject="visit:1", due_at=MORNING)
    sent, held = queue("sent"), queue("held")
    deliver(sent.pk)
    outbox._claim(held.pk)
    act_on_due()

    clock.move_to(MORNING - timedelta(hours=2))
    assert (act_on_due(), acted) == (0, ["visit:1"])
    schedule(key="s", kind="test_kind", subject="visit:1", due_at=MORNING - timedelta(hours=3))
    assert act_on_due() == 0
    # Its lease would last for two hours: a moment that is still to come is no lease.
    assert reap() == 1
    assert fresh(held).status == "retrying"
    clock.move_to(MORNING + LEASE)
    assert sweep() == 1
    assert DemoDelivery.objects.count() == 2


def test_a_due_step_whose_visit_is_gone_says_so(clock: time_machine.Traveller) -> None:
    kinds = ("announce_team", "visit_reminder", "nobody_set_off", "visit_overruns")
    for kind in kinds:
        gone = "visit:00000000-0000-0000-0000-000000000000"
        schedule(key=kind, kind=kind, subject=gone, due_at=MORNING)
    assert act_on_due() == len(kinds)
    assert set(DueStep.objects.values_list("status", "outcome")) == {("skipped", "it is gone")}


def test_signs_of_life_are_one_row_each_and_grow_old(clock: time_machine.Traveller) -> None:
    assert set(heartbeats.ages().values()) == {None}
    for _ in range(2):
        heartbeats.sign("beat")
    assert Heartbeat.objects.count() == 1
    clock.shift(timedelta(seconds=61))
    heartbeats.sign("queue:messages")
    ages = heartbeats.ages()
    assert (ages["beat"], ages["queue:messages"], ages["queue:plans"]) == (61.0, 0.0, None)
    assert heartbeats.is_silent("beat", ages["beat"])
    assert not heartbeats.is_silent("queue:messages", ages["queue:messages"])
    assert heartbeats.is_silent("queue:plans", None)
    # A clock that went back makes nobody younger than now.
    Heartbeat.objects.update(at=timezone.now() + timedelta(hours=1))
    assert heartbeats.ages()["beat"] == 0.0
