"""One person at your side: every move of an escort, and what it leaves behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from branches.commitments import StaffBusy
from branches.models import Commitment, Staff, StockLevel
from branches.stock import StockShort
from eldercare import escorts, queries
from eldercare.escorts import NotOnDuty, NotReviewed
from eldercare.models import Escort, EscortEvent, ServiceVersion
from eldercare.states import EscortStatus
from foundation.errors import InvalidInput, MoveRefused
from tests.make import (
    MORNING,
    Town,
    make_customer,
    make_staff,
    make_town,
    make_version,
    new_key,
)

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
        "customer": town.grandmother,
    } | overrides
    return escorts.log_arrival(**fields)


def take(town: Town, escort: Escort, who: Staff | None = None) -> Escort:
    return escorts.take(escort=escort, assistant=who or town.team[0], actor=town.alice)


def finish(town: Town, escort: Escort, *, kit: bool = False) -> Escort:
    return escorts.finish(escort=escort, outcome="password reset", kit_given=kit, actor=town.alice)


def live(person: Staff) -> list[tuple[Any, Any]]:
    rows = Commitment.objects.live().filter(staff=person)
    return [(row.span.lower, row.span.upper) for row in rows]


def kits(town: Town) -> int:
    return StockLevel.objects.get(branch=town.branch).quantity


def moves(escort: Escort) -> list[tuple[str, str]]:
    return [(event.from_status, event.to_status) for event in escort.events.all()]


def test_arrival_waits_from_now_with_the_customers_needs(town: Town) -> None:
    escort = arrive(town)
    assert (escort.status, escort.arrived_at, escort.needs) == ("waiting", MORNING, ["mobility"])
    assert list(queries.board(town.alice, town.branch)) == [escort]
    assert moves(escort) == [("", "waiting")]


def test_arrival_sent_twice_is_one(town: Town) -> None:
    first = arrive(town, client_key="tablet-7")
    assert arrive(town, client_key="tablet-7") == first
    assert (Escort.objects.count(), EscortEvent.objects.count()) == (1, 1)


def test_key_of_another_branch_gives_nothing_away(town: Town) -> None:
    arrive(town, client_key="tablet-7")
    with pytest.raises(InvalidInput):
        arrive(town, client_key="tablet-7", branch=town.gaoxin, actor=town.bob)
    assert Escort.objects.count() == 1


@pytest.mark.parametrize("overrides", [{"customer": None}, {"customer": None, "nickname": " "}])
def test_arrival_of_nobody_is_refused(town: Town, overrides: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        arrive(town, **overrides)
    assert set(refusal.value.fields) == {"nickname"}
    assert not Escort.objects.exists()


def test_stranger_is_known_by_a_nickname_cut_to_what_fits(town: Town) -> None:
    escort = arrive(town, customer=None, nickname=" " + "红" * 80)
    assert escort.called == "红" * 60


def test_unknown_need_is_refused_as_input(town: Town) -> None:
    with pytest.raises(InvalidInput) as refusal:
        arrive(town, needs=["wings"])
    assert set(refusal.value.fields) == {"needs"}
    assert not Escort.objects.exists()


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_service_that_is_not_let_through_is_refused(town: Town, status: str) -> None:
    ServiceVersion.objects.filter(pk=town.version.pk).update(status=status)
    town.version.refresh_from_db()
    with pytest.raises(NotReviewed):
        arrive(town)
    assert not Escort.objects.exists()


def test_service_for_homes_only_is_refused_in_the_lobby(town: Town) -> None:
    with pytest.raises(NotReviewed):
        arrive(town, service_version=make_version(at_branch=False, at_home=True))
    assert not Escort.objects.exists()


def test_taking_promises_the_assistants_time(town: Town) -> None:
    escort = take(town, arrive(town))
    assert (escort.status, escort.assistant, escort.taken_at) == (
        "accompanied",
        town.team[0],
        MORNING,
    )
    assert live(town.team[0]) == [(MORNING, MORNING + timedelta(minutes=town.version.minutes))]
    assert escort.events.latest("pk").snapshot == {"assistant": town.team[0].badge}


def test_second_take_is_refused_and_changes_nothing(town: Town) -> None:
    escort = take(town, arrive(town))
    with pytest.raises(MoveRefused):
        take(town, escort, town.team[1])
    assert Escort.objects.get().assistant == town.team[0]
    assert live(town.team[1]) == []
    assert len(moves(escort)) == 2


def test_busy_assistant_cannot_take_another(town: Town) -> None:
    take(town, arrive(town))
    second = arrive(town, customer=make_customer(town.branch))
    with pytest.raises(StaffBusy):
        take(town, second)
    assert Escort.objects.get(pk=second.pk).status == EscortStatus.WAITING
    assert len(live(town.team[0])) == 1


def test_assistant_of_an_escort_that_takes_longer_is_still_busy(
    town: Town, clock: time_machine.Traveller
) -> None:
    take(town, arrive(town))
    second = arrive(town, customer=make_customer(town.branch))
    clock.shift(timedelta(minutes=town.version.minutes + 1))
    with pytest.raises(StaffBusy):
        take(town, second)
    assert Escort.objects.get(pk=second.pk).status == EscortStatus.WAITING


@pytest.mark.parametrize("case", ["elsewhere", "gone"])
def test_only_those_who_work_here_can_take(town: Town, case: str) -> None:
    person = make_staff(town.gaoxin)[0] if case == "elsewhere" else town.team[0]
    if case == "gone":
        Staff.objects.filter(pk=person.pk).update(is_active=False)
    escort = arrive(town)
    with pytest.raises(NotOnDuty):
        take(town, escort, person)
    assert Escort.objects.get().status == EscortStatus.WAITING
    assert live(person) == []


def test_hand_over_frees_the_first_and_keeps_the_customers_clock(
    town: Town, clock: time_machine.Traveller
) -> None:
    escort = take(town, arrive(town))
    clock.shift(timedelta(minutes=10))
    now = MORNING + timedelta(minutes=10)
    escort = escorts.hand_over(escort=escort, to=town.team[1], reason="lunch", actor=town.alice)
    assert (escort.assistant, escort.taken_at) == (town.team[1], MORNING)
    assert live(town.team[0]) == [(MORNING, now)]
    assert live(town.team[1]) == [(now, now + timedelta(minutes=town.version.minutes))]
    assert moves(escort)[-2:] == [("accompanied", "waiting"), ("waiting", "accompanied")]


def test_hand_over_to_somebody_busy_leaves_everything(town: Town) -> None:
    escort = take(town, arrive(town))
    take(town, arrive(town, customer=make_customer(town.branch)), town.team[1])
    with pytest.raises(StaffBusy):
        escorts.hand_over(escort=escort, to=town.team[1], reason="", actor=town.alice)
    unchanged = Escort.objects.get(pk=escort.pk)
    assert (unchanged.status, unchanged.assistant) == ("accompanied", town.team[0])
    assert len(live(town.team[0])) == len(live(town.team[1])) == 1
    assert len(moves(escort)) == 2


def test_hand_over_of_somebody_who_waits_is_refused(town: Town) -> None:
    escort = arrive(town)
    with pytest.raises(MoveRefused):
        escorts.hand_over(escort=escort, to=town.team[1], reason="", actor=town.alice)
    assert moves(escort) == [("", "waiting")]


def test_finish_gives_a_kit_and_the_rest_of_the_time_back(
    town: Town, clock: time_machine.Traveller
) -> None:
    escort = take(town, arrive(town))
    clock.shift(timedelta(minutes=12))
    escort = finish(town, escort, kit=True)
    now = MORNING + timedelta(minutes=12)
    assert (escort.status, escort.kit_given, escort.finished_at, escort.outcome) == (
        "done",
        True,
        now,
        "password reset",
    )
    assert live(town.team[0]) == [(MORNING, now)]
    assert kits(town) == 39
    assert not queries.board(town.alice, town.branch).exists()
    take(town, arrive(town, customer=make_customer(town.branch)))


def test_finish_without_stock_changes_nothing(town: Town) -> None:
    StockLevel.objects.filter(branch=town.branch).update(quantity=0)
    escort = take(town, arrive(town))
    before = live(town.team[0])
    with pytest.raises(StockShort):
        finish(town, escort, kit=True)
    assert Escort.objects.get().status == EscortStatus.ACCOMPANIED
    assert live(town.team[0]) == before
    finish(town, escort)
    assert Escort.objects.get().status == EscortStatus.DONE


def test_finish_twice_hands_out_one_kit(town: Town) -> None:
    escort = finish(town, take(town, arrive(town)), kit=True)
    with pytest.raises(MoveRefused):
        finish(town, escort, kit=True)
    assert kits(town) == 39


@pytest.mark.parametrize("taken", [False, True])
def test_leaving_frees_the_assistant(town: Town, taken: bool) -> None:
    escort = arrive(town)
    if taken:
        escort = take(town, escort)
    escort = escorts.leave(escort=escort, reason="bus", actor=town.alice)
    assert (escort.status, escort.finished_at) == ("left", MORNING)
    assert live(town.team[0]) == []
    with pytest.raises(MoveRefused):
        escorts.leave(escort=escort, reason="again", actor=town.alice)
    with pytest.raises(MoveRefused):
        finish(town, escort)


def test_long_words_are_cut_and_never_an_error(town: Town) -> None:
    escort = take(town, arrive(town))
    escorts.finish(escort=escort, outcome="好" * 400, kit_given=False, actor=town.alice)
    assert Escort.objects.get().outcome == "好" * 300


def test_board_puts_needs_first_and_then_who_came_first(
    town: Town, clock: time_machine.Traveller
) -> None:
    plain = arrive(town, customer=None, nickname="lady in red")
    clock.shift(timedelta(minutes=1))
    needs = arrive(town)
    with_assistant = take(town, arrive(town, customer=None, nickname="hat"))
    assert list(queries.board(town.alice, town.branch)) == [needs, plain, with_assistant]
    assert not queries.board(town.bob, town.branch).exists()
    assert not queries.board(town.rita, town.branch).exists()


def test_free_assistants_are_at_nobodys_side(town: Town) -> None:
    assert list(queries.free_assistants(town.branch)) == town.team
    take(town, arrive(town))
    assert list(queries.free_assistants(town.branch)) == [town.team[1]]
