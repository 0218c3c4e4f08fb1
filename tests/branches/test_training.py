"""People: badges, skills, trainings; and whoever leaves loses access at once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from branches import commitments
from branches.models import (
    BranchPhoto,
    Commitment,
    CommitmentKind,
    Skill,
    Staff,
    StaffEvent,
    Training,
)
from branches.people import (
    BadgeTaken,
    Particulars,
    come_back,
    correct,
    engage,
    enter_training,
    part_with,
    people_of,
    renew_badge,
    set_skills,
    show_face,
    with_skill,
)
from branches.promises import BreaksPromises
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused
from tests.make import MORNING, TODAY, Town, at, make_town
from tests.photos import picture
from workflow.due_steps import act_on_due
from workflow.models import DueStep

pytestmark = pytest.mark.django_db

HOURS = Decimal(8)


@pytest.fixture
def town() -> Town:
    return make_town()


def test_badge_is_one_persons(town: Town) -> None:
    new = engage(branch=town.branch, who=Particulars(" 王静 ", "N-1"), actor=town.martha)
    assert (new.name, new.badge, new.is_active) == ("王静", "N-1", True)
    with pytest.raises(BadgeTaken):
        engage(branch=town.gaoxin, who=Particulars("李敏", "N-1"), actor=town.martha)
    with pytest.raises(InvalidInput):
        engage(branch=town.branch, who=Particulars("李敏", " "), actor=town.martha)
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


def test_whoever_comes_back_has_their_badge_and_not_their_sign_in(
    town: Town, client: Client
) -> None:
    person = town.team[0]
    person.user = town.alice
    person.save()
    client.force_login(town.alice)
    with pytest.raises(MoveRefused):
        come_back(staff=person, reason="mistake", actor=town.martha)
    part_with(staff=person, reason="moved away", actor=town.martha)
    with pytest.raises(InvalidInput):
        come_back(staff=person, reason=" ", actor=town.martha)
    back = come_back(staff=person, reason="moved back", actor=town.martha)
    assert (back.is_active, back.left_on, back.badge) == (True, None, person.badge)
    assert [event.to_status for event in person.events.all()] == ["left", "works_here"]
    town.alice.refresh_from_db()
    assert not town.alice.is_active
    # Even when their sign-in is opened again, the old session does not come back with it.
    User.objects.filter(pk=town.alice.pk).update(is_active=True)
    assert client.get("/desk/").wsgi_request.user.is_anonymous


def test_particulars_are_corrected_and_what_they_were_is_on_record(town: Town) -> None:
    person, other = town.team
    to = Particulars(" 王静 ", other.badge, can_handle=True, can_witness=True, can_drive=True)
    with pytest.raises(BadgeTaken) as refusal:
        correct(staff=person, to=to, actor=town.martha)
    assert list(refusal.value.fields) == ["badge"]
    assert not StaffEvent.objects.exists()
    row = correct(staff=person, to=replace(to, badge="N-9"), actor=town.martha)
    assert (row.name, row.badge, row.can_drive) == ("王静", "N-9", True)
    assert StaffEvent.objects.get().snapshot["badge"] == person.badge


def test_a_role_that_a_visit_needs_is_not_taken_away(town: Town) -> None:
    person = town.team[0]
    start = clock.now() + timedelta(days=2)
    visit = commitments.promise(
        staff=person, kind=CommitmentKind.VISIT, start=start, end=start + timedelta(hours=1)
    )
    less = Particulars(person.name, person.badge, can_handle=False, can_witness=True)
    with pytest.raises(BreaksPromises) as refusal:
        correct(staff=person, to=less, actor=town.martha)
    assert refusal.value.promises == [visit]
    person.refresh_from_db()
    assert (person.can_handle, StaffEvent.objects.count()) == (True, 0)
    commitments.release(visit)
    assert not correct(staff=person, to=less, actor=town.martha).can_handle


@pytest.mark.django_db(transaction=True)
def test_only_the_last_face_is_kept_and_none_after_leaving(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    person = town.team[0]
    for _ in range(2):
        person = show_face(staff=person, photo=picture(), actor=town.martha)
    assert person.photo == BranchPhoto.objects.get()
    assert len(list(tmp_path.rglob("*.jpg"))) == 1
    with pytest.raises(InvalidInput):
        show_face(staff=person, photo=b"<svg/>", actor=town.martha)
    part_with(staff=person, reason="retired", actor=town.martha)
    assert not BranchPhoto.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))
