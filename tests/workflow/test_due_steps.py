"""Due steps: acted on once when their time has come, and never in each other's way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from foundation.errors import MoveRefused
from tests.make import MORNING
from workflow import due_steps
from workflow.due_steps import act_on_due, ask_a_person, register, schedule, settle
from workflow.models import DueStep
from workflow.states import StepStatus

pytestmark = pytest.mark.django_db

KIND = "test_kind"
DONE = (StepStatus.DONE, "done")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def acted(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects that were acted on, in order."""
    monkeypatch.setattr(due_steps, "_handlers", {})
    subjects: list[str] = []

    def handle(step: DueStep) -> tuple[StepStatus, str]:
        subjects.append(step.subject)
        if step.subject == "poison":
            raise ValueError(step.subject)
        return DONE

    register(KIND, handle)
    return subjects


def make_step(subject: str = "visit:1", *, minutes: int = 0, kind: str = KIND) -> DueStep:
    return schedule(
        key=f"{subject}:{kind}",
        kind=kind,
        subject=subject,
        due_at=MORNING + timedelta(minutes=minutes),
    )


def fresh(step: DueStep) -> DueStep:
    return DueStep.objects.get(pk=step.pk)


def test_step_is_acted_on_once_when_its_time_has_come(
    acted: list[str], clock: time_machine.Traveller
) -> None:
    step = make_step(minutes=1)
    assert act_on_due() == 0
    clock.shift(timedelta(minutes=1))
    assert act_on_due() == 1
    assert act_on_due() == 0
    assert acted == ["visit:1"]
    row = fresh(step)
    assert (row.status, row.outcome, row.tries, row.settled_at) == (
        "done",
        "done",
        1,
        MORNING + timedelta(minutes=1),
    )


def test_same_key_is_one_step(acted: list[str]) -> None:
    assert make_step() == make_step()
    assert act_on_due() == 1
    assert make_step().status == StepStatus.DONE
    assert act_on_due() == 0


def test_oldest_first_and_no_more_than_the_limit(acted: list[str]) -> None:
    for subject, minutes in (("b", -1), ("c", 0), ("a", -2)):
        make_step(subject, minutes=minutes)
    assert act_on_due(limit=2) == 2
    assert acted == ["a", "b"]


def test_kind_that_nobody_knows_waits(acted: list[str]) -> None:
    step = make_step(kind="of_tomorrow")
    make_step()
    assert act_on_due() == 1
    assert fresh(step).status == StepStatus.WAITING


def test_step_that_cannot_be_done_is_put_off_and_the_others_have_their_turn(
    acted: list[str],
) -> None:
    poison, other = make_step("poison", minutes=-1), make_step("other")
    with pytest.raises(ValueError, match="poison"):
        act_on_due()
    assert act_on_due() == 1
    assert fresh(other).status == StepStatus.DONE
    row = fresh(poison)
    assert (row.status, row.tries, row.outcome) == ("waiting", 1, "unexpected: ValueError")
    assert row.due_at == MORNING + timedelta(minutes=1)


def test_step_that_can_never_be_done_is_put_before_a_person(
    acted: list[str], clock: time_machine.Traveller
) -> None:
    poison = make_step("poison")
    for _ in range(due_steps.MAX_TRIES):
        with pytest.raises(ValueError, match="poison"):
            act_on_due()
        clock.shift(timedelta(hours=1))
    assert fresh(poison).status == StepStatus.OPEN
    assert act_on_due() == 0


def test_handler_may_put_a_step_off_but_not_into_the_past(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = iter([MORNING + timedelta(hours=1), MORNING])

    def handle(step: DueStep) -> tuple[StepStatus, str]:
        step.due_at = next(later)
        return StepStatus.WAITING, "not yet"

    monkeypatch.setattr(due_steps, "_handlers", {KIND: handle})
    step = make_step()
    assert act_on_due() == 1
    row = fresh(step)
    assert (row.status, row.due_at, row.outcome, row.tries) == (
        "waiting",
        MORNING + timedelta(hours=1),
        "not yet",
        0,
    )
    clock.shift(timedelta(hours=1))
    with pytest.raises(ValueError, match="for ever"):
        act_on_due()
    assert fresh(step).outcome == "unexpected: ValueError"


def test_one_kind_has_one_handler(acted: list[str]) -> None:
    with pytest.raises(ValueError, match="two handlers"):
        register(KIND, lambda _step: DONE)


def test_person_settles_an_open_step_once(clock: time_machine.Traveller) -> None:
    step = ask_a_person(key="k", kind="phone_instead", subject="visit:1", branch_code="B1")
    assert (step.status, step.due_at) == ("open", MORNING)
    settle(step=step, to=StepStatus.DONE, outcome="phoned")
    with pytest.raises(MoveRefused):
        settle(step=step, to=StepStatus.SKIPPED, outcome="again")
    assert (fresh(step).outcome, fresh(step).settled_at) == ("phoned", MORNING)


def test_unknown_status_is_refused_by_the_database() -> None:
    step = make_step()
    with pytest.raises(IntegrityError), transaction.atomic():
        DueStep.objects.filter(pk=step.pk).update(status="invented")
