"""A person phones: reached, nobody there, later, wrong number; each call on record."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from foundation.errors import InvalidInput, MoveRefused
from tests.make import MORNING, Town, at
from workflow import calls, due_steps
from workflow.calls import record_call
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message, PhoneCall
from workflow.outbox import deliver, queue_message
from workflow.states import CallResult, StepStatus

pytestmark = pytest.mark.django_db

R = CallResult


@pytest.fixture
def step(town: Town) -> DueStep:
    """Grandma wants no text messages: somebody is to read one out."""
    message = queue_message(
        key="visit:1:visit_announced:1",
        kind="visit_announced",
        subject="visit:1",
        to=town.grandmother.phone,
        body="Wang and Li come at ten.",
        branch_code=town.branch.code,
        channel="person",
    )
    deliver(message.pk)
    return DueStep.objects.get()


def fresh(step: DueStep) -> DueStep:
    return DueStep.objects.get(pk=step.pk)


def test_whoever_wants_no_texts_is_phoned_once(step: DueStep, town: Town) -> None:
    message = Message.objects.get()
    assert (message.status, message.acknowledged_at) == ("delivered", None)
    assert (step.kind, step.status, step.branch_code) == ("read_out", "open", town.branch.code)
    assert calls.script(step) == ["Wang and Li come at ten."]
    Message.objects.update(status="queued")  # the worker died before it could say so
    deliver(message.pk)
    assert DueStep.objects.count() == 1


def test_reached_is_acknowledged_and_done(step: DueStep, town: Town) -> None:
    record_call(step=step, result=R.REACHED, words="glad", actor=town.alice)
    assert Message.objects.get().acknowledged_at == MORNING
    row = fresh(step)
    assert (row.status, row.outcome, row.settled_at) == ("done", "reached", MORNING)
    [call] = PhoneCall.objects.all()
    assert (call.by, call.result, call.words, call.again_at) == (
        town.alice,
        "reached",
        "glad",
        None,
    )
    with pytest.raises(MoveRefused):
        record_call(step=step, result=R.REACHED, actor=town.martha)
    assert PhoneCall.objects.count() == 1


def test_nobody_there_comes_back_and_the_third_time_the_manager_is_asked(
    step: DueStep, town: Town, clock: time_machine.Traveller
) -> None:
    for pause in (timedelta(minutes=30), timedelta(hours=3)):
        record_call(step=step, result=R.NOT_REACHED, actor=town.alice)
        assert (fresh(step).status, act_on_due()) == ("waiting", 0)
        clock.shift(pause)
        assert (act_on_due(), fresh(step).status) == (1, "open")
    record_call(step=step, result=R.NOT_REACHED, actor=town.alice)
    assert fresh(step).status == "done"
    asked = DueStep.objects.get(kind="nobody_reached")
    assert (asked.status, asked.subject, asked.branch_code) == (
        "open",
        "visit:1",
        town.branch.code,
    )
    assert calls.script(asked) == ["Wang and Li come at ten."]
    assert Message.objects.get().acknowledged_at is None


def test_nobody_is_phoned_at_night(
    step: DueStep, town: Town, clock: time_machine.Traveller
) -> None:
    clock.move_to(at(20, 45))
    record_call(step=step, result=R.NOT_REACHED, actor=town.alice)
    assert fresh(step).due_at == at(8) + timedelta(days=1)


def test_a_step_that_waits_for_a_second_call_is_dropped_when_told_meanwhile(
    step: DueStep, town: Town, clock: time_machine.Traveller
) -> None:
    record_call(step=step, result=R.NOT_REACHED, actor=town.alice)
    Message.objects.update(acknowledged_at=MORNING)
    clock.shift(timedelta(minutes=30))
    act_on_due()
    assert (fresh(step).status, fresh(step).outcome) == ("skipped", "told already")


@pytest.mark.parametrize("again", [None, -timedelta(minutes=1), timedelta(days=8)])
def test_later_needs_a_time_within_a_week(
    step: DueStep, town: Town, again: timedelta | None
) -> None:
    again_at = MORNING + again if again is not None else None
    with pytest.raises(InvalidInput) as refused:
        record_call(step=step, result=R.LATER, again_at=again_at, actor=town.alice)
    assert set(refused.value.fields) == {"again_at"}
    assert fresh(step).status == "open"
    assert not PhoneCall.objects.exists()
    record_call(step=step, result=R.LATER, again_at=MORNING + timedelta(hours=1), actor=town.alice)
    assert (fresh(step).status, fresh(step).due_at) == ("waiting", MORNING + timedelta(hours=1))


def test_a_wrong_number_is_somebodys_task(step: DueStep, town: Town) -> None:
    record_call(step=step, result=R.WRONG_NUMBER, actor=town.alice)
    assert fresh(step).status == "done"
    assert DueStep.objects.get(kind="wrong_number").status == "open"


def test_a_kind_that_would_never_come_back_stays_open(town: Town) -> None:
    step = due_steps.ask_a_person(key="x", kind="of_tomorrow", subject="visit:1", branch_code="B")
    record_call(step=step, result=R.NOT_REACHED, actor=town.alice)
    assert fresh(step).status == StepStatus.OPEN
    assert PhoneCall.objects.count() == 1


def test_calls_are_never_changed(step: DueStep, town: Town) -> None:
    record_call(step=step, result=R.REACHED, actor=town.alice)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        PhoneCall.objects.update(result="wrong_number")
