"""People: badges, skills, trainings; and whoever leaves loses access at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from branches import commitments
from branches.models import Commitment, CommitmentKind, Skill, Staff, StaffEvent, Training
from branches.people import (
    BadgeTaken,
    engage,
    enter_training,
    part_with,
    people_of,
    renew_badge,
    set_skills,
    with_skill,
)
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from tests.make import MORNING, TODAY, Town, at, make_town
from workflow.due_steps import act_on_due
from workflow.models import DueStep

pytestmark = pytest.mark.django_db

HOURS = Decimal(8)


@pytest.fixture
def town() -> Town:
    return make_town()


def test_badge_is_one_persons(town: Town) -> None:
    new = engage(branch=town.branch, name=" 王静 ", badge="N-1", actor=town.martha)
    assert (new.name, new.badge, new.is_active) == ("王静", "N-1", True)
    with pytest.raises(BadgeTaken):
        engage(branch=town.gaoxin, name="李敏", badge="N-1", actor=town.martha)
    with pytest.raises(InvalidInput):
        engage(branch=town.branch, name="李敏", badge=" ", actor=town.martha)
    assert Staff.objects.filter(badge="N-1").count() == StaffEvent.objects.count() == 1


def test_badge_is_spoken_of_before_it_lapses(town: Town) -> None:
    person = town.team[0]
    with pytest.raises(InvalidInput):
        renew_badge(staff=person, valid_until=clock.today() - timedelta(days=1))
    with time_machine.travel(MORNING, tick=False):
        renew_badge(staff=person, valid_until=TODAY + timedelta(days=40))
        renew_badge(staff=person, valid_until=TODAY + timedelta(days=400))
    with time_machine.travel(MORNING + timedelta(days=11), tick=False):
        act_on_due()
    settled = DueStep.objects.exclude(status="waiting")
    assert [(step.status, step.outcome) for step in settled] == [
        ("skipped", "it has another date now")
    ]


def test_skills_are_replaced_and_found_in_scope(town: Town) -> None:
    person = town.team[0]
    set_skills(staff=person, skills=[Skill.SHAANXI, Skill.FIRST_AID])
    set_skills(staff=person, skills=[Skill.FIRST_AID, Skill.SIGN_LANGUAGE])
    assert {row.skill for row in person.skills.all()} == {"first_aid", "sign_language"}
    assert list(with_skill(town.martha, Skill.SIGN_LANGUAGE)) == [person]
    assert not with_skill(town.martha, Skill.SHAANXI)
    assert not with_skill(town.bob, Skill.SIGN_LANGUAGE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"taken_on": TODAY + timedelta(days=1)},
        {"hours": Decimal(0)},
        {"expires_on": TODAY - timedelta(days=1)},
    ],
)
def test_impossible_training_is_refused(town: Town, wrong: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"title": "first aid", "taken_on": TODAY, "hours": HOURS} | wrong
    with time_machine.travel(MORNING, tick=False), pytest.raises(InvalidInput):
        enter_training(staff=town.team[0], **fields)
    assert Training.objects.count() == 0


def test_training_taken_again_is_not_asked_for(town: Town) -> None:
    person, lapses = town.team[0], TODAY + timedelta(days=31)
    with time_machine.travel(MORNING, tick=False):
        fields: dict[str, Any] = {"staff": person, "title": "first aid", "hours": HOURS}
        first = enter_training(taken_on=TODAY, expires_on=lapses, **fields)
        assert enter_training(taken_on=TODAY, expires_on=lapses, **fields) == first
    with time_machine.travel(MORNING + timedelta(days=2), tick=False):
        act_on_due()
        step = DueStep.objects.get(status="open")
        assert step.outcome == f"expires on {lapses}"
        enter_training(taken_on=TODAY + timedelta(days=2), **fields)
    with time_machine.travel(MORNING + timedelta(days=25), tick=False):
        act_on_due()
    assert DueStep.objects.filter(status="skipped").count() == 1
    with time_machine.travel(MORNING + timedelta(days=32), tick=False):
        row = people_of(town.alice, town.branch)[0]
        assert len(row.valid_trainings) == 1  # type: ignore[attr-defined]


def test_whoever_leaves_is_out_at_once_and_history_stays(town: Town, client: Client) -> None:
    person = town.team[0]
    person.user = town.alice
    person.save()
    future = clock.now() + timedelta(days=2)
    kept = commitments.promise(
        staff=person,
        kind=CommitmentKind.TALK,
        start=future,
        end=future + timedelta(hours=1),
    )
    Commitment.objects.create(
        staff=person,
        kind="talk",
        span=(at(9, day=TODAY.replace(year=2020)), at(10, day=TODAY.replace(year=2020))),
    )
    client.force_login(town.alice)
    assert client.get("/desk/").wsgi_request.user == town.alice

    assert part_with(staff=person, reason="retired", actor=town.martha) == [kept]

    town.alice.refresh_from_db()
    assert not town.alice.is_active
    assert not town.alice.has_usable_password()
    assert client.get("/desk/").wsgi_request.user.is_anonymous
    assert Commitment.objects.filter(staff=person).count() == 2
    event = StaffEvent.objects.get()
    assert (event.to_status, event.reason, event.actor) == ("left", "retired", town.martha)
    assert person not in people_of(town.martha, town.branch)


def test_nobody_leaves_twice_or_without_a_reason(town: Town) -> None:
    person = town.team[0]
    with pytest.raises(InvalidInput):
        part_with(staff=person, reason=" ", actor=town.martha)
    part_with(staff=person, reason="moved away", actor=town.martha)
    with pytest.raises(MoveRefused):
        part_with(staff=person, reason="again", actor=town.martha)
    assert StaffEvent.objects.count() == 1
