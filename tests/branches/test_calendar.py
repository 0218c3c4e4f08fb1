"""Which days are working days, and when a branch is open."""

from datetime import date, time

import pytest

from branches.calendar import add_working_days, branch_day, national_day
from branches.models import Branch, CalendarDay, OpeningHours
from tests.make import make_branch

pytestmark = pytest.mark.django_db

HOURS = (time(9), time(17))
NATIONAL_DAY = date(2026, 10, 1)
# The Sunday before and the Saturday after the National Day week of 2026 are worked instead.
MAKE_UP_SUNDAY = date(2026, 9, 20)
MAKE_UP_SATURDAY = date(2026, 10, 10)
PLAIN_SATURDAY = date(2026, 11, 28)
HOLIDAY_SATURDAY = date(2026, 10, 3)
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def branch() -> Branch:
    return make_branch()


def open_on_saturdays(branch: Branch) -> tuple[time, time]:
    OpeningHours.objects.create(branch=branch, weekday=6, opens=time(10), closes=time(14))
    return time(10), time(14)


def test_ordinary_wednesday_is_open_by_the_weekly_hours(branch: Branch) -> None:
    day = branch_day(branch, WEDNESDAY)
    assert (day.working, day.hours, day.announced, day.made_up) == (True, HOURS, True, False)


def test_holiday_on_a_weekday_is_closed(branch: Branch) -> None:
    day = branch_day(branch, NATIONAL_DAY)
    assert (day.working, day.hours, day.announced) == (False, None, True)


@pytest.mark.parametrize("day", [MAKE_UP_SUNDAY, MAKE_UP_SATURDAY])
def test_make_up_day_keeps_fridays_hours(branch: Branch, day: date) -> None:
    OpeningHours.objects.filter(branch=branch, weekday=5).update(closes=time(16))
    answer = branch_day(branch, day)
    assert (answer.working, answer.hours) == (True, (time(9), time(16)))
    assert answer.made_up


def test_own_saturday_hours_win_on_a_make_up_saturday(branch: Branch) -> None:
    assert branch_day(branch, MAKE_UP_SATURDAY).hours == HOURS
    assert branch_day(branch, MAKE_UP_SATURDAY) != branch_day(branch, PLAIN_SATURDAY)
    own = open_on_saturdays(branch)
    assert branch_day(branch, MAKE_UP_SATURDAY).hours == own


def test_plain_saturday_is_open_only_for_branches_with_saturday_hours(branch: Branch) -> None:
    assert not branch_day(branch, PLAIN_SATURDAY).working
    own = open_on_saturdays(branch)
    day = branch_day(branch, PLAIN_SATURDAY)
    assert (day.working, day.hours, day.made_up) == (True, own, False)


def test_saturday_within_a_holiday_is_closed_even_with_saturday_hours(branch: Branch) -> None:
    open_on_saturdays(branch)
    assert not branch_day(branch, HOLIDAY_SATURDAY).working


def test_branch_line_wins_over_the_line_for_all_and_both_over_the_nation(branch: Branch) -> None:
    other = make_branch(branch.region)
    CalendarDay.objects.create(day=WEDNESDAY, is_working=False, reason="snow")
    assert not branch_day(branch, WEDNESDAY).working
    CalendarDay.objects.create(branch=branch, day=WEDNESDAY, is_working=True, reason="cleared")
    assert branch_day(branch, WEDNESDAY).hours == HOURS
    assert branch_day(branch, WEDNESDAY).reason == "cleared"
    assert (branch_day(other, WEDNESDAY).working, branch_day(other, WEDNESDAY).reason) == (
        False,
        "snow",
    )


def test_exception_can_make_a_holiday_a_working_day(branch: Branch) -> None:
    CalendarDay.objects.create(branch=branch, day=NATIONAL_DAY, is_working=True, reason="on call")
    assert branch_day(branch, NATIONAL_DAY).hours == HOURS


def test_exception_closes_an_open_saturday(branch: Branch) -> None:
    open_on_saturdays(branch)
    CalendarDay.objects.create(branch=branch, day=PLAIN_SATURDAY, is_working=False, reason="paint")
    assert not branch_day(branch, PLAIN_SATURDAY).working


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2027, 1, 1), True),
        (date(2027, 2, 6), False),
        (date(2031, 10, 1), True),
        (date(2099, 12, 31), True),
    ],
)
def test_year_that_is_not_announced_falls_back_to_weekdays_and_says_so(
    branch: Branch, day: date, working: bool
) -> None:
    assert national_day(day) == (working, False)
    answer = branch_day(branch, day)
    assert (answer.working, answer.announced, answer.made_up) == (working, False, False)


def test_exception_announces_a_day_of_an_unknown_year(branch: Branch) -> None:
    day = date(2027, 1, 1)
    CalendarDay.objects.create(day=day, is_working=False, reason="New Year's Day")
    answer = branch_day(branch, day)
    assert (answer.working, answer.announced) == (False, True)


def test_working_days_skip_weekends_holidays_and_our_exceptions() -> None:
    friday = date(2026, 11, 27)
    assert add_working_days(friday, 0) == friday
    assert add_working_days(friday, 1) == date(2026, 11, 30)
    CalendarDay.objects.create(day=date(2026, 11, 30), is_working=False, reason="snow")
    assert add_working_days(friday, 1) == date(2026, 12, 1)
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    with pytest.raises(ValueError, match="negative"):
        add_working_days(friday, -1)
