"""Asking for windows writes nothing and costs the same for a fortnight; hours are the wall's."""

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from appointments.availability import days_ahead, demand_for, open_windows
from appointments.booking import book_visit
from appointments.timetable import evening_before
from branches.queries import local_moment
from tests.make import TOMORROW, Town, at, by_customer, make_customer, new_key

DAY = timedelta(days=1)


def asked(town: Town, days: list[date]) -> list[str]:
    """The statements that one question takes."""
    demand = demand_for(town.grandmother, town.version)
    with CaptureQueriesContext(connection) as seen:
        assert [answer for answer in open_windows(town.branch, demand, days) if answer.windows]
    return [query["sql"] for query in seen]


def test_question_writes_nothing_and_does_not_grow_with_days_or_promises(town: Town) -> None:
    one_day = asked(town, [TOMORROW])
    assert all(sql.startswith("SELECT") for sql in one_day)
    assert len(one_day) <= 10
    for hour in (9, 11, 13):
        book_visit(
            customer=make_customer(town.branch),
            version=town.version,
            window_start=at(hour),
            key=new_key(),
            asker=by_customer(),
        )
    fortnight = asked(town, days_ahead())
    assert all(sql.startswith("SELECT") for sql in fortnight)
    assert len(fortnight) == len(one_day)


@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", (date(2026, 3, 29), date(2026, 10, 25))),
        ("America/New_York", (date(2026, 3, 8), date(2026, 11, 1))),
        ("Australia/Lord_Howe", (date(2026, 4, 5), date(2026, 10, 4))),
        ("Asia/Shanghai", (date(2026, 3, 29), date(2026, 10, 25))),
    ],
)
def test_hours_on_the_wall_stay_where_they_are_when_the_clocks_change(
    zone: str, changes: tuple[date, date], settings: Settings
) -> None:
    """China has no such days; a house that moves there must not find out by its visits."""
    settings.TIME_ZONE = zone
    for change in changes:
        for day in (change - DAY, change, change + DAY):
            for hour in range(7, 22):
                moment = local_moment(day, time(hour, 30))
                assert moment.astimezone(UTC).astimezone(ZoneInfo(zone)) == moment
                assert (timezone.localdate(moment), timezone.localtime(moment).hour) == (day, hour)
            evening = timezone.localtime(evening_before(day))
            assert (evening.date(), evening.time()) == (day - DAY, time(18))
