"""A branch's week, its own days and its facts: changed with a record, never over a promise."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from branches import commitments, hours
from branches.calendar import branch_day
from branches.hours import DayTaken, Facts
from branches.models import BranchEvent, CalendarDay, Commitment, CommitmentKind
from branches.promises import BreaksPromises
from foundation.errors import InvalidInput
from tests.make import MORNING, TODAY, TOMORROW, Town, at, make_town

LONG, SHORT = (time(9), time(17)), (time(9), time(15))
WEEKDAYS = range(1, 6)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def talk(town: Town, hour: int, day: date = TOMORROW) -> Commitment:
    return commitments.promise(
        staff=town.team[0],
        kind=CommitmentKind.TALK,
        start=at(hour, day=day),
        end=at(hour + 1, day=day),
    )


def week_of(town: Town) -> dict[int, tuple[time, time]]:
    return {row.weekday: (row.opens, row.closes) for row in town.branch.hours.all()}


def test_a_week_is_set_and_what_it_was_is_on_record(town: Town) -> None:
    before = week_of(town)
    week = {1: SHORT, 6: SHORT, 7: None}
    hours.set_week(branch=town.branch, week=week, actor=town.martha)
    assert week_of(town) == {1: SHORT, 6: SHORT}
    event = BranchEvent.objects.get()
    assert (event.actor, event.to_status) == (town.martha, "hours")
    assert event.snapshot == {
        str(day): f"{opens:%H:%M}-{closes:%H:%M}" for day, (opens, closes) in before.items()
    }


@pytest.mark.parametrize("wrong", [(time(17), time(9)), (time(9), time(9))])
def test_it_closes_after_it_opens(town: Town, wrong: tuple[time, time]) -> None:
    before = week_of(town)
    with pytest.raises(InvalidInput) as refusal:
        hours.set_week(branch=town.branch, week={1: LONG, 3: wrong}, actor=town.martha)
    assert list(refusal.value.fields) == ["closes_3"]
    assert (week_of(town), BranchEvent.objects.count()) == (before, 0)


def test_hours_do_not_shrink_over_a_promise(town: Town) -> None:
    before, promised = week_of(town), talk(town, 15)
    short = dict.fromkeys(WEEKDAYS, SHORT)
    with pytest.raises(BreaksPromises) as refusal:
        hours.set_week(branch=town.branch, week=short, actor=town.martha)
    assert refusal.value.promises == [promised]
    with pytest.raises(BreaksPromises):
        hours.add_day(
            branch=town.branch, day=TOMORROW, is_working=False, reason="paint", actor=town.martha
        )
    assert (week_of(town), BranchEvent.objects.count(), CalendarDay.objects.count()) == (
        before,
        0,
        0,
    )
    # The other branch's people promised nothing, and Thursday may shrink to just beyond it.
    hours.set_week(branch=town.gaoxin, week=short, actor=town.olga)
    hours.set_week(branch=town.branch, week=short | {4: (time(9), time(16))}, actor=town.martha)
    commitments.release(promised)
    hours.set_week(branch=town.branch, week=short, actor=town.martha)
    assert week_of(town)[4] == SHORT


def test_a_promise_that_lay_outside_already_stops_nobody(town: Town) -> None:
    talk(town, 18)
    hours.set_week(branch=town.branch, week=dict.fromkeys(WEEKDAYS, SHORT), actor=town.martha)
    assert week_of(town)[4] == SHORT


def test_a_day_with_hours_of_its_own(town: Town) -> None:
    saturday = TODAY + timedelta(days=3)
    for day, its_own in ((TOMORROW, SHORT), (saturday, (time(10), time(12)))):
        hours.add_day(
            branch=town.branch,
            day=day,
            is_working=True,
            reason="fair",
            hours=its_own,
            actor=town.martha,
        )
        shown = branch_day(town.branch, day)
        assert (shown.working, shown.hours, shown.reason) == (True, its_own, "fair")
    assert branch_day(town.gaoxin, TOMORROW).hours == LONG
    hours.remove_day(branch=town.branch, day=TOMORROW, actor=town.martha)
    hours.remove_day(branch=town.branch, day=TOMORROW, actor=town.martha)
    assert branch_day(town.branch, TOMORROW).hours == LONG
    assert [event.to_status for event in BranchEvent.objects.all()] == [
        *("day_added", "day_added", "day_removed"),
    ]


def test_a_day_that_brings_a_promise_stays(town: Town) -> None:
    saturday = TODAY + timedelta(days=3)
    hours.add_day(
        branch=town.branch, day=saturday, is_working=True, reason="fair", actor=town.martha
    )
    talk(town, 10, saturday)
    with pytest.raises(BreaksPromises):
        hours.remove_day(branch=town.branch, day=saturday, actor=town.martha)
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("day", {"day": TODAY - timedelta(days=1)}),
        ("reason", {"reason": " "}),
        ("closes", {"hours": (time(12), time(9))}),
        ("closes", {"hours": SHORT, "is_working": False}),
    ],
)
def test_an_impossible_day_is_refused(town: Town, field: str, wrong: dict[str, object]) -> None:
    said = {"day": TOMORROW, "is_working": True, "reason": "fair"} | wrong
    with pytest.raises(InvalidInput) as refusal:
        hours.add_day(branch=town.branch, actor=town.martha, **said)  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
    assert (CalendarDay.objects.count(), BranchEvent.objects.count()) == (0, 0)


def test_a_day_is_on_the_list_once(town: Town) -> None:
    said = {"branch": town.branch, "day": TOMORROW, "reason": "fair", "actor": town.martha}
    hours.add_day(**said, is_working=True)  # type: ignore[arg-type]
    with pytest.raises(DayTaken):
        hours.add_day(**said, is_working=False)  # type: ignore[arg-type]
    assert CalendarDay.objects.get().is_working


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_working": False, "opens": time(9), "closes": time(12)},
        {"is_working": True, "opens": time(9)},
        {"is_working": True, "closes": time(9)},
        {"is_working": True, "opens": time(12), "closes": time(9)},
    ],
)
def test_the_database_holds_the_hours_of_a_day(town: Town, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(branch=town.branch, day=TOMORROW, reason="x", **wrong)


def test_facts_are_set_and_what_they_were_is_on_record(town: Town) -> None:
    was = town.branch.address
    said = Facts("东大街1号", " 029-1 ", 34.2, 108.9, parking_zh="门口两个车位")
    hours.set_facts(branch=town.branch, facts=said, actor=town.martha)
    town.branch.refresh_from_db()
    assert (town.branch.phone, town.branch.parking_zh) == ("029-1", "门口两个车位")
    assert BranchEvent.objects.get().snapshot["address"] == was
    with pytest.raises(InvalidInput) as refusal:
        hours.set_facts(branch=town.branch, facts=Facts(" ", "", 91, 181), actor=town.martha)
    assert list(refusal.value.fields) == ["address", "phone", "latitude", "longitude"]
    assert BranchEvent.objects.count() == 1
