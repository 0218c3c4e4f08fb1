"""Rosters: within opening hours, never beside a promise, and nobody missing on the floor."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from branches import commitments, vigil
from branches.cover import Gap, cover_gaps
from branches.models import (
    Commitment,
    CommitmentKind,
    Facility,
    RosterException,
    RosterShift,
    RosterSwap,
    Staff,
)
from branches.promises import BreaksPromises
from branches.queries import Duty, Span
from branches.roster import Hours, change_day, restore_day, set_week
from branches.swaps import swap
from foundation.errors import InvalidInput
from tests.make import MORNING, TODAY, TOMORROW, Town, at, make_branch, make_staff, make_town
from workflow.models import DueStep

EARLY, LATE = (time(9), time(13)), (time(13), time(17))
AFTER = TOMORROW + timedelta(days=1)
SATURDAY = date(2026, 11, 28)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def week(hours: Hours) -> dict[int, Hours]:
    return dict.fromkeys(range(1, 6), hours)


def span(person: Staff, day: date = TOMORROW) -> Span | None:
    return Duty([person], day, day).span(person, day)


def visit(person: Staff, start: int, end: int) -> Commitment:
    return commitments.promise(
        staff=person, kind=CommitmentKind.VISIT, start=at(start), end=at(end)
    )


def gaps(town: Town, first: date = TOMORROW, last: date = TOMORROW) -> list[Gap]:
    return cover_gaps([town.branch], first, last)


def test_week_is_replaced(town: Town) -> None:
    set_week(staff=town.team[0], pattern=week(EARLY))
    set_week(staff=town.team[0], pattern={4: LATE})
    assert span(town.team[0]) == (at(13), at(17))
    assert RosterShift.objects.filter(staff=town.team[0]).since(TODAY).count() == 1


def test_week_from_a_day_on_leaves_the_days_before_as_they_were(town: Town) -> None:
    person, monday = town.team[0], date(2026, 12, 7)
    set_week(staff=person, pattern=week(LATE), first=monday + timedelta(days=7))
    set_week(staff=person, pattern=week(EARLY), first=monday)
    for day, expected in (
        (TODAY - timedelta(days=1), (9, 17)),
        (monday - timedelta(days=3), (9, 17)),
        (monday, (9, 13)),
        (monday + timedelta(days=7), (9, 13)),
    ):
        assert span(person, day) == (at(expected[0], day=day), at(expected[1], day=day))
    shifts = RosterShift.objects.filter(staff=person, weekday=1).values_list("first", "last")
    assert list(shifts) == [(monday, None), (None, monday - timedelta(days=1))]
    with pytest.raises(InvalidInput) as refused:
        set_week(staff=person, pattern=week(LATE), first=TODAY - timedelta(days=1))
    assert list(refused.value.fields) == ["first"]


def test_two_shifts_of_one_weekday_never_hold_at_once(town: Town) -> None:
    with pytest.raises(IntegrityError, match="one_shift_per_weekday"), transaction.atomic():
        RosterShift.objects.create(
            staff=town.team[0], weekday=1, starts=time(9), ends=time(10), first=AFTER
        )


def test_old_pattern_can_end_when_the_branch_closes_sooner_now(town: Town) -> None:
    town.branch.hours.update(closes=time(16))
    set_week(staff=town.team[0], pattern=week(EARLY))
    assert span(town.team[0]) == (at(9), at(13))


def test_day_is_worked_by_the_pattern_again(town: Town) -> None:
    person = town.team[0]
    change_day(staff=person, day=TOMORROW, hours=EARLY, reason="course")
    for _twice in range(2):
        restore_day(staff=person, day=TOMORROW)
        assert span(person) == (at(9), at(17))
    set_week(staff=person, pattern=week(LATE))
    change_day(staff=person, day=TOMORROW, hours=EARLY, reason="course")
    promised = visit(person, 9, 10)
    with pytest.raises(BreaksPromises) as refused:
        restore_day(staff=person, day=TOMORROW)
    assert refused.value.promises == [promised]
    assert span(person) == (at(9), at(13))


def test_week_beyond_closing_or_on_a_closed_day_is_refused_by_weekday(town: Town) -> None:
    pattern = week(EARLY) | {2: (time(9), time(17, 1)), 3: (time(9), time(9)), 6: EARLY}
    with pytest.raises(InvalidInput) as refused:
        set_week(staff=town.team[0], pattern=pattern)
    assert sorted(refused.value.fields) == ["weekday_2", "weekday_3", "weekday_6"]
    assert span(town.team[0]) == (at(9), at(17))


def test_database_refuses_a_shift_beyond_closing_time(town: Town) -> None:
    with (
        pytest.raises(IntegrityError, match="shift_within_hours"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE branches_rostershift SET ends = '17:01'")


def test_week_that_leaves_a_promise_outside_is_refused(town: Town) -> None:
    promised = visit(town.team[0], 14, 15)
    with pytest.raises(BreaksPromises) as refused:
        set_week(staff=town.team[0], pattern=week(EARLY))
    assert refused.value.promises == [promised]
    assert span(town.team[0]) == (at(9), at(17))
    set_week(staff=town.team[0], pattern=week(LATE))
    assert span(town.team[0]) == (at(13), at(17))


def test_promise_that_lay_outside_already_stops_nobody(town: Town) -> None:
    visit(town.team[0], 18, 19)
    set_week(staff=town.team[0], pattern=week(EARLY))
    assert span(town.team[0]) == (at(9), at(13))


def test_one_day_differs(town: Town) -> None:
    person = town.team[0]
    change_day(staff=person, day=TOMORROW, hours=EARLY, reason="course")
    assert span(person) == (at(9), at(13))
    change_day(staff=person, day=TOMORROW, hours=None, reason="course")
    assert (span(person), span(person, AFTER)) == (None, (at(9, day=AFTER), at(17, day=AFTER)))
    assert RosterException.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "hours", "reason"),
    [
        (TOMORROW, (time(9), time(17, 1)), "late"),
        (SATURDAY, EARLY, "closed"),
        (TODAY - timedelta(days=1), EARLY, "past"),
        (TOMORROW, EARLY, " "),
    ],
)
def test_impossible_day_is_refused(town: Town, day: date, hours: Hours, reason: str) -> None:
    with pytest.raises(InvalidInput):
        change_day(staff=town.team[0], day=day, hours=hours, reason=reason)
    assert RosterException.objects.count() == 0


def test_two_swap_their_shifts(town: Town) -> None:
    ann, ben = town.team
    set_week(staff=ann, pattern=week(EARLY))
    set_week(staff=ben, pattern=week(LATE))
    row = swap(first=ann, second=ben, days=[TOMORROW], reason="dentist", actor=town.martha)
    assert (span(ann), span(ben)) == ((at(13), at(17)), (at(9), at(13)))
    assert span(ann, AFTER) == (at(9, day=AFTER), at(13, day=AFTER))
    assert (row.days, row.actor) == ([TOMORROW.isoformat()], town.martha)


def test_two_swap_a_day_off_for_a_day_off(town: Town) -> None:
    ann, ben = town.team
    change_day(staff=ann, day=TOMORROW, hours=None, reason="off")
    change_day(staff=ben, day=AFTER, hours=None, reason="off")
    swap(first=ann, second=ben, days=[TOMORROW, AFTER], reason="family", actor=town.martha)
    assert (span(ann), span(ben)) == ((at(9), at(17)), None)
    assert span(ann, AFTER) is None
    assert span(ben, AFTER) is not None


def test_swap_that_leaves_a_promise_outside_changes_nothing(town: Town) -> None:
    ann, ben = town.team
    set_week(staff=ann, pattern=week(EARLY))
    set_week(staff=ben, pattern=week(LATE))
    promised = visit(ben, 14, 15)
    with pytest.raises(BreaksPromises) as refused:
        swap(first=ann, second=ben, days=[TOMORROW], reason="dentist", actor=town.martha)
    assert refused.value.promises == [promised]
    assert (span(ann), span(ben)) == ((at(9), at(13)), (at(13), at(17)))
    assert RosterSwap.objects.count() == RosterException.objects.count() == 0


def test_swap_of_nothing_is_refused(town: Town) -> None:
    ann, ben = town.team
    (stranger,) = make_staff(town.gaoxin, 1)
    wrong: list[tuple[Staff, list[date]]] = [
        (ben, []),
        (ben, [TODAY - timedelta(days=1)]),
        (ben, [TOMORROW]),
        (ann, [TOMORROW]),
        (stranger, [TOMORROW]),
    ]
    for other, days in wrong:
        with pytest.raises(InvalidInput):
            swap(first=ann, second=other, days=days, reason="x", actor=town.martha)
    assert RosterException.objects.count() == 0


def test_no_gap_while_somebody_is_on_the_floor(town: Town) -> None:
    visit(town.team[0], 9, 17)
    assert gaps(town) == []
    # Whoever escorts a customer is on the floor.
    commitments.promise(staff=town.team[1], kind=CommitmentKind.ESCORT, start=at(9), end=at(17))
    assert gaps(town) == []


def test_gap_is_told_with_its_hours(town: Town) -> None:
    visit(town.team[0], 10, 12)
    visit(town.team[1], 11, 14)
    assert gaps(town) == [Gap(town.branch, at(11), at(12), 0)]


def test_gap_of_shifts_that_do_not_meet(town: Town) -> None:
    set_week(staff=town.team[0], pattern=week((time(9), time(12))))
    set_week(staff=town.team[1], pattern=week((time(12, 30), time(17))))
    assert gaps(town) == [Gap(town.branch, at(12), at(12, 30), 0)]
    assert gaps(town, SATURDAY, SATURDAY) == []


def test_branch_that_needs_two_is_short_with_one(town: Town) -> None:
    town.branch.minimum_cover = 2
    visit(town.team[0], 10, 12)
    assert gaps(town) == [Gap(town.branch, at(10), at(12), 1)]


def test_gaps_of_many_branches_take_no_more_queries(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [make_branch(town.region) for _ in range(4)]
    for branch in many:
        make_staff(branch, 2)
    with django_assert_num_queries(8):
        cover_gaps([town.branch], TODAY, AFTER)
    with django_assert_num_queries(8):
        found = cover_gaps([town.branch, town.gaoxin, *many], TODAY, AFTER)
    assert {gap.branch for gap in found} == {town.gaoxin}


def test_branch_is_asked_about_the_gaps_of_a_day_once(town: Town) -> None:
    make_staff(town.gaoxin, 1)
    visit(town.team[0], 10, 12)
    visit(town.team[1], 11, 14)
    assert (vigil.ask_about_gaps(), vigil.ask_about_gaps()) == (1, 1)
    step = DueStep.objects.get(kind="cover_gap")
    assert (step.status, step.branch_code) == ("open", town.branch.code)
    assert step.outcome == f"{TOMORROW} 11:00-12:00: 0 on the floor"


def test_dates_that_came_in_by_the_sheet_get_their_steps_once(town: Town) -> None:
    soon = TODAY + timedelta(days=20)
    Facility.objects.filter(branch=town.branch, type__code="wheelchair").update(expires_on=soon)
    Staff.objects.filter(pk=town.team[0].pk).update(badge_valid_until=soon)
    vigil.lay_out_missing()
    vigil.lay_out_missing()
    kinds = DueStep.objects.order_by("kind", "due_at").values_list("kind", flat=True)
    assert list(kinds) == ["badge_expires"] * 2 + ["facility_expires"] * 2
