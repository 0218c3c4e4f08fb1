"""When people are on duty: the weekly roster within opening days, and its exceptions."""

from datetime import date, time

import pytest

from branches.models import CalendarDay, RosterException, RosterShift, Staff
from branches.queries import Duty
from tests.make import at, make_branch, make_staff

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)
MAKE_UP_SATURDAY = date(2026, 10, 10)


@pytest.fixture
def person() -> Staff:
    return make_staff(make_branch(), 1)[0]


def span(person: Staff, day: date) -> object:
    return Duty([person], day, day).span(person, day)


def test_weekly_pattern_counts_on_open_days_only(person: Staff) -> None:
    assert span(person, WEDNESDAY) == (at(9, day=WEDNESDAY), at(17, day=WEDNESDAY))
    assert span(person, SATURDAY) is None
    CalendarDay.objects.create(branch=person.branch, day=WEDNESDAY, is_working=False, reason="x")
    assert span(person, WEDNESDAY) is None


def test_make_up_saturday_is_worked_by_fridays_pattern(person: Staff) -> None:
    RosterShift.objects.filter(staff=person, weekday=5).update(starts=time(12))
    assert span(person, MAKE_UP_SATURDAY) == (
        at(12, day=MAKE_UP_SATURDAY),
        at(17, day=MAKE_UP_SATURDAY),
    )


def test_exception_wins_over_the_pattern_and_over_closed_days(person: Staff) -> None:
    RosterException.objects.create(staff=person, day=WEDNESDAY, reason="leave")
    RosterException.objects.create(
        staff=person, day=SATURDAY, starts=time(9), ends=time(12), reason="fair"
    )
    assert span(person, WEDNESDAY) is None
    assert span(person, SATURDAY) == (at(9, day=SATURDAY), at(12, day=SATURDAY))


def test_no_shift_on_that_weekday_is_no_duty(person: Staff) -> None:
    RosterShift.objects.filter(staff=person, weekday=3).delete()
    assert span(person, WEDNESDAY) is None
