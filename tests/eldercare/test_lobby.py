"""Suggestions from real rows, what is ticked and lent along the way, and honest waits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from branches import commitments
from branches.models import CommitmentKind, Facility, FacilityType, StaffSkill
from eldercare import escort_record, escorts, queries
from eldercare.dispatch import Reason
from eldercare.escort_record import NoneLeft, StillLent
from eldercare.lobby import suggestions
from eldercare.models import Escort, EscortStep, Loan
from eldercare.models.escort import Face
from eldercare.states import EscortStatus
from eldercare.waits import ExpectedWait, WaitHistory
from foundation.errors import InvalidInput, MoveRefused
from tests.make import MORNING, Town, make_town, make_version, new_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def town(clock: time_machine.Traveller) -> Town:
    return make_town()


def arrive(town: Town, **overrides: Any) -> Escort:
    fields: dict[str, Any] = {
        "client_key": new_key(),
        "branch": town.branch,
        "service_version": town.version,
        "actor": town.alice,
        "nickname": "lady in red",
    } | overrides
    return escorts.log_arrival(**fields)


def take(town: Town, escort: Escort, number: int = 0) -> Escort:
    return escorts.take(escort=escort, assistant=town.team[number], actor=town.alice)


def finish(town: Town, escort: Escort) -> Escort:
    return escorts.finish(escort=escort, outcome="done", kit_given=False, actor=town.alice)


def suggested(town: Town) -> list[tuple[str, str, Reason]]:
    rows = list(queries.board(town.alice, town.branch))
    return [
        (one.escort.called, one.assistant.badge, one.proposal.reasons[0])
        for one in suggestions(town.branch, rows)
    ]


def test_needs_go_first_to_whoever_speaks_the_language(town: Town) -> None:
    first, second = town.team
    StaffSkill.objects.all().delete()
    StaffSkill.objects.create(staff=second, skill="shaanxi")
    arrive(town, nickname="early")
    arrive(town, nickname="speaks dialect", needs=["dialect"], wanted_skills=["shaanxi"])
    assert suggested(town) == [
        ("speaks dialect", second.badge, Reason.NEEDS),
        ("early", first.badge, Reason.FIRST),
    ]


def test_a_known_face_is_sent_and_whoever_is_promised_elsewhere_is_not(town: Town) -> None:
    first, second = town.team
    StaffSkill.objects.all().delete()
    finish(town, take(town, arrive(town, customer=town.grandmother, nickname=""), 1))
    arrive(town, customer=town.grandmother, nickname="")
    assert suggested(town)[0][:2] == (town.grandmother.called, second.badge)
    commitments.promise(
        staff=second,
        kind=CommitmentKind.TALK,
        start=MORNING,
        end=MORNING + timedelta(hours=1),
    )
    assert suggested(town)[0][:2] == (town.grandmother.called, first.badge)


def test_nobody_off_duty_is_sent_and_somebody_may_be_kept_at_the_door(
    town: Town, clock: time_machine.Traveller
) -> None:
    arrive(town)
    town.branch.keep_free = 2
    assert suggested(town) == []
    town.branch.keep_free = 1
    assert len(suggested(town)) == 1
    clock.move_to(MORNING + timedelta(hours=12))
    assert suggested(town) == []


def test_the_queries_do_not_grow_with_the_queue(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        arrive(town, nickname=f"lady {number}")
    rows = list(queries.board(town.alice, town.branch))
    with django_assert_max_num_queries(12):
        suggestions(town.branch, rows)


def test_an_unknown_wish_is_refused(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        arrive(town, wanted_skills=["klingon"])
    assert refused.value.fields.keys() == {"wanted_skills"}
    assert not Escort.objects.exists()


def test_steps_are_ticked_once_while_somebody_is_at_their_side(town: Town) -> None:
    version = make_version(region=town.region, steps_zh="取号\n填单", steps_en="number\nform")
    escort = arrive(town, service_version=version)
    with pytest.raises(MoveRefused):
        escort_record.tick(escort=escort, number=1, actor=town.alice)
    take(town, escort)
    for _tap in range(2):
        escort_record.tick(escort=escort, number=2, actor=town.alice)
    for number in (0, 3):
        with pytest.raises(InvalidInput):
            escort_record.tick(escort=escort, number=number, actor=town.alice)
    assert [(step.number, step.words) for step in EscortStep.objects.all()] == [(2, "填单")]


@pytest.fixture
def wheelchair(town: Town) -> Facility:
    kind, _created = FacilityType.objects.update_or_create(
        code="wheelchair", defaults={"is_lent": True}
    )
    row, _made = Facility.objects.update_or_create(
        branch=town.branch, type=kind, defaults={"quantity": 1, "state": "fit"}
    )
    return row


def test_what_is_lent_comes_back_before_the_end(town: Town, wheelchair: Facility) -> None:
    escort = take(town, arrive(town))
    loan = escort_record.lend(escort=escort, facility=wheelchair)
    assert escort_record.lend(escort=escort, facility=wheelchair) == loan
    with pytest.raises(StillLent) as refused:
        finish(town, escort)
    assert refused.value.data == {"lent": [str(wheelchair)]}
    escort.refresh_from_db()
    assert escort.status == EscortStatus.ACCOMPANIED
    for _tap in range(2):
        escort_record.take_back(loan=loan)
    assert finish(town, escort).status == EscortStatus.DONE


def test_no_more_is_lent_than_is_there_and_fit(town: Town, wheelchair: Facility) -> None:
    first, second = arrive(town), arrive(town, nickname="gentleman")
    escort_record.lend(escort=first, facility=wheelchair)
    with pytest.raises(NoneLeft):
        escort_record.lend(escort=second, facility=wheelchair)
    escort_record.take_back(loan=Loan.objects.get())
    Facility.objects.update(state="out_of_use")
    with pytest.raises(NoneLeft):
        escort_record.lend(escort=second, facility=wheelchair)
    FacilityType.objects.update(is_lent=False)
    with pytest.raises(InvalidInput):
        escort_record.lend(escort=second, facility=wheelchair)
    assert Loan.objects.count() == 1


def test_how_it_was_is_the_last_touch_of_whoever_was_served(town: Town) -> None:
    escort = arrive(town)
    with pytest.raises(MoveRefused):
        escort_record.say_how_it_was(escort=escort, face=Face.GOOD)
    take(town, escort)
    escort_record.say_how_it_was(escort=escort, face=Face.POOR)
    assert escort_record.say_how_it_was(escort=escort, face=Face.GOOD).how_it_was == "good"


def served(town: Town, days_ago: int, minutes: int, *, hour: int = 0) -> None:
    came = MORNING - timedelta(days=days_ago) + timedelta(hours=hour)
    Escort.objects.create(
        client_key=new_key(),
        branch=town.branch,
        nickname="somebody",
        service_version=town.version,
        status=EscortStatus.DONE,
        arrived_at=came,
        taken_at=came + timedelta(minutes=minutes),
        finished_at=came + timedelta(minutes=minutes + 10),
        assistant=town.team[0],
    )


def test_the_expected_wait_is_what_people_have_waited_at_this_hour(town: Town) -> None:
    for day in range(1, 20):
        served(town, day, day)
    assert WaitHistory(town.branch).expected(MORNING, 0) is None
    served(town, 20, 40)
    served(town, 57, 90)
    served(town, 3, 90, hour=4)
    history = WaitHistory(town.branch)
    assert history.expected(MORNING, 0) == ExpectedWait(5, 15, 18, 20)
    assert history.expected(MORNING, 2) is None
    assert history.expected(MORNING + timedelta(hours=4), 0) is None
