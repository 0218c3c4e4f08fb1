"""Who waits too long is put before a person, and again when nothing happens."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from eldercare import escorts
from eldercare.models import Escort
from tests import make
from workflow import due_steps
from workflow.models import DueStep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield moment


@pytest.fixture
def waiting(moment: time_machine.Traveller) -> Escort:
    branch = make.make_branch()
    return escorts.log_arrival(
        client_key=make.new_key(),
        branch=branch,
        service_version=make.make_version(),
        actor=make.make_user(branches=[branch]),
        nickname="lady in red",
    )


def steps() -> list[tuple[str, str, str]]:
    return list(DueStep.objects.order_by("due_at").values_list("kind", "status", "outcome"))


def test_nobody_is_troubled_in_the_first_two_minutes(
    waiting: Escort, moment: time_machine.Traveller
) -> None:
    moment.shift(timedelta(seconds=119))
    assert due_steps.act_on_due() == 0


def test_the_longer_the_wait_the_more_people_hear_of_it(
    waiting: Escort, moment: time_machine.Traveller
) -> None:
    moment.shift(timedelta(minutes=5))
    due_steps.act_on_due()
    assert steps() == [
        ("escort_waits_2", "skipped", "still waiting"),
        ("escort_waits_5", "open", "waiting for 5 minutes"),
        ("escort_waits_10", "waiting", ""),
    ]


def test_all_is_settled_when_somebody_takes_them(
    waiting: Escort, moment: time_machine.Traveller
) -> None:
    [assistant] = make.make_staff(waiting.branch, 1)
    moment.shift(timedelta(minutes=3))
    due_steps.act_on_due()
    escorts.take(escort=waiting, assistant=assistant, actor=make.make_user())
    assert {
        (status, outcome) for kind, status, outcome in steps() if kind != "escort_left_open"
    } == {("skipped", "the customer is accompanied")}


def left_open() -> list[tuple[str, datetime]]:
    rows = DueStep.objects.filter(kind="escort_left_open").order_by("pk")
    return list(rows.values_list("status", "due_at"))


def test_whoever_goes_home_leaves_nobody_behind(
    waiting: Escort, moment: time_machine.Traveller
) -> None:
    first, second = make.make_staff(waiting.branch, 2)
    user = make.make_user()
    escorts.take(escort=waiting, assistant=first, actor=user)
    # On duty until 17:00, and half an hour of grace.
    asked_at = make.MORNING.replace(hour=17, minute=30)
    assert left_open() == [("waiting", asked_at)]
    escorts.hand_over(escort=waiting, to=second, reason="lunch", actor=user)
    assert left_open() == [("skipped", asked_at), ("waiting", asked_at)]
    moment.move_to(asked_at - timedelta(seconds=1))
    assert due_steps.act_on_due() == 0
    moment.shift(timedelta(seconds=1))
    due_steps.act_on_due()
    assert left_open()[-1] == ("open", asked_at)
    escorts.finish(escort=waiting, outcome="done", kit_given=False, actor=user)
    assert {status for status, _due in left_open()} == {"skipped"}


def test_nobody_is_asked_about_what_ended_in_time(
    waiting: Escort, moment: time_machine.Traveller
) -> None:
    [assistant] = make.make_staff(waiting.branch, 1)
    escorts.take(escort=waiting, assistant=assistant, actor=make.make_user())
    escorts.finish(escort=waiting, outcome="", kit_given=False, actor=make.make_user())
    moment.shift(timedelta(hours=12))
    due_steps.act_on_due()
    assert [status for status, _due in left_open()] == ["skipped"]
