"""The week as a table: read by all, changed cell by cell, refused beside what was typed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from appointments.models import HomeVisit
from branches.models import RosterException, RosterShift, Staff
from branches.queries import Duty
from demo.population import staff_branch
from tests.make import TODAY, TOMORROW, Town, at, make_branch
from tests.web.desk.conftest import Enter

SATURDAY = date(2026, 11, 28)


def week(town: Town, day: object = TODAY) -> str:
    return f"/desk/{town.branch.code}/roster/?day={day}"


def cell(town: Town, person: Staff, day: object = TOMORROW, verb: str = "") -> str:
    return f"/desk/{town.branch.code}/roster/people/{person.pk}/{day}/{verb}"


def pattern(town: Town, person: Staff, verb: str = "") -> str:
    return f"/desk/{town.branch.code}/roster/people/{person.pk}/pattern/{verb}"


def hours(person: Staff, day: date = TOMORROW) -> tuple[Any, Any] | None:
    return Duty([person], day, day).span(person, day)


@pytest.fixture
def martha(town: Town, enter: Enter) -> Client:
    return enter(town.martha)


def test_week_says_who_is_here_and_when_nobody_is(
    town: Town, martha: Client, visit: HomeVisit
) -> None:
    page = martha.get(week(town)).content.decode()
    assert page.count("9:00–17:00") >= 10
    assert "home visit" in page
    # Both of the team are at Grandma Li's.
    assert "nb-week__gap" in page
    assert "nobody" in page
    later = martha.get(week(town, TODAY + timedelta(days=14))).content.decode()
    assert "nb-week__gap" not in later
    assert "enough" in later


def test_nonsense_for_a_day_is_this_week(town: Town, martha: Client) -> None:
    for day in ("", "yesterday", "2026-13-01", "0001-01-01", "9999-12-31"):
        answer = martha.get(week(town, day))
        assert answer.status_code == 200
        assert answer.context["week"].monday == date(2026, 11, 23)
        assert martha.get(cell(town, town.team[0], day or "x")).status_code == 404


def test_assistants_read_and_do_not_change(town: Town, enter: Enter) -> None:
    alice = enter(town.alice)
    assert "roster/people/" not in alice.get(week(town)).content.decode()
    data = {"starts": "10:00", "ends": "16:00", "reason": "course"}
    for path in (cell(town, town.team[0], verb="change/"), pattern(town, town.team[0], "change/")):
        assert alice.post(path, data).status_code == 403
        assert enter(town.bob).post(path, data).status_code == 404
    assert not RosterException.objects.exists()
    (stranger,) = Staff.objects.bulk_create([Staff(branch=town.gaoxin, name="x", badge="x")])
    path = f"/desk/{town.branch.code}/roster/people/{stranger.pk}/{TOMORROW}/change/"
    assert enter(town.martha).post(path, data).status_code == 404


def test_one_day_is_changed_and_restored(town: Town, martha: Client) -> None:
    person = town.team[0]
    data = {"starts": "10:00", "ends": "16:00", "reason": "course"}
    answer = martha.post(cell(town, person, verb="change/"), data)
    assert (answer.status_code, answer["Location"]) == (303, week(town, TOMORROW))
    assert hours(person) == (at(10), at(16))
    page = martha.get(week(town)).content.decode()
    assert "10:00–16:00" in page
    assert "course" in page
    martha.post(cell(town, person, verb="change/"), {"off": "1", "reason": "course"})
    assert hours(person) is None
    martha.post(cell(town, person, verb="restore/"))
    assert hours(person) == (at(9), at(17))


REFUSED: list[tuple[date, dict[str, str], str]] = [
    (TOMORROW, {"ends": "17:30"}, "The branch has closed by then."),
    (TOMORROW, {"ends": "09:30"}, "It must begin before it ends."),
    (TOMORROW, {"ends": ""}, "From when until when, please?"),
    (TOMORROW, {"ends": "five"}, "Please give a time such as 9:00."),
    (TOMORROW, {"reason": " "}, "Please say why."),
    (SATURDAY, {}, "The branch is closed on this day."),
    (TODAY - timedelta(days=1), {}, "This day has passed."),
]


def test_refusal_stays_in_its_cell_with_what_was_typed(town: Town, martha: Client) -> None:
    person = town.team[0]
    for day, said, words in REFUSED:
        typed = {"starts": "10:00", "ends": "16:00", "reason": "course"} | said
        path = cell(town, person, day, "change/")
        page = martha.post(path, typed)
        part = martha.post(path, typed, headers={"HX-Request": "true"})
        assert part["HX-Retarget"] == f"#cell-{person.pk}-{day}"
        for answer in (page, part):
            assert answer.status_code == 400
            assert words in answer.content.decode()
            assert all(f'value="{one}"' in answer.content.decode() for one in typed.values())
        assert (b"<html" in page.content, b"<html" in part.content) == (True, False)
    assert not RosterException.objects.exists()


def test_change_that_breaks_a_promise_names_it(
    town: Town, martha: Client, visit: HomeVisit
) -> None:
    person = visit.team.get(role="handler").staff
    late = {"starts": "16:30", "ends": "17:00", "reason": "doctor"}
    day = visit.starts_at.astimezone(at(9).tzinfo).date()
    answer = martha.post(cell(town, person, day, "change/"), late)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f"/visits/{visit.public_id}/" in page
    assert visit.customer.called in page
    assert 'value="16:30"' in page
    assert not RosterException.objects.exists()


def test_pattern_from_a_day_on(town: Town, martha: Client) -> None:
    person, monday = town.team[0], date(2026, 12, 7)
    assert 'value="09:00"' in martha.get(pattern(town, person)).content.decode()
    data = {"first": str(monday), "starts_1": "09:00", "ends_1": "13:00"}
    answer = martha.post(pattern(town, person, "change/"), data)
    assert (answer.status_code, answer["Location"]) == (303, week(town, monday))
    assert hours(person, monday) == (at(9, day=monday), at(13, day=monday))
    assert hours(person, monday + timedelta(days=1)) is None
    assert hours(person) == (at(9), at(17))


IMPOSSIBLE: list[tuple[dict[str, str], str]] = [
    ({"starts_1": "09:00", "ends_1": "18:00"}, "The branch has closed by then."),
    ({"starts_6": "09:00", "ends_6": "12:00"}, "The branch is closed on this day."),
    ({"starts_1": "09:00"}, "From when until when, please?"),
    ({"starts_1": "09:00", "ends_1": "x"}, "Please give a time such as 9:00."),
    ({"first": "2026-11-01"}, "From today on, or from a day within the next year."),
    ({"first": "9999-12-31"}, "From today on, or from a day within the next year."),
    ({"first": ""}, "Which day, please?"),
]


def test_impossible_pattern_changes_nothing_and_keeps_what_was_typed(
    town: Town, martha: Client
) -> None:
    before = list(RosterShift.objects.values_list("pk", "first", "last"))
    for data, words in IMPOSSIBLE:
        typed = {"first": "2026-12-07"} | data
        answer = martha.post(pattern(town, town.team[0], "change/"), typed)
        assert answer.status_code == 400
        page = answer.content.decode()
        assert words in page
        assert all(f'value="{said}"' in page for said in typed.values() if said)
    assert list(RosterShift.objects.values_list("pk", "first", "last")) == before


def test_pattern_that_breaks_a_promise_names_it(
    town: Town, martha: Client, visit: HomeVisit
) -> None:
    person = visit.team.get(role="handler").staff
    answer = martha.post(pattern(town, person, "change/"), {"first": str(TODAY)})
    assert answer.status_code == 409
    assert f"/visits/{visit.public_id}/" in answer.content.decode()
    assert not RosterShift.objects.filter(first__isnull=False).exists()


def test_page_of_many_people_asks_no_more_of_the_database(
    town: Town, enter: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    import random

    big = make_branch(town.region)
    staff_branch(big, 40, random.Random(1))
    olga = enter(town.olga)
    olga.get(week(town))
    with django_assert_max_num_queries(36) as few:
        olga.get(week(town))
    # One more at most: the demonstration clock is read anew every half second.
    with django_assert_max_num_queries(len(few) + 1):
        olga.get(f"/desk/{big.code}/roster/")


def test_the_floor_is_set_on_record_and_never_emptied(town: Town, martha: Client) -> None:
    address = f"/desk/{town.branch.code}/roster/floor/"
    for minimum, free, words in (
        ("0", "0", "every branch has one"),
        ("2", "2", "somebody has to go"),
        ("", "0", "Please say how many."),
    ):
        refused = martha.post(address, {"minimum_cover": minimum, "keep_free": free})
        assert refused.status_code == 400
        assert words in refused.content.decode()
    town.branch.refresh_from_db()
    assert (town.branch.minimum_cover, town.branch.keep_free) == (1, 0)
    assert not town.branch.events.filter(to_status="floor").exists()
    assert martha.post(address, {"minimum_cover": "2", "keep_free": "1"}).status_code == 303
    town.branch.refresh_from_db()
    assert (town.branch.minimum_cover, town.branch.keep_free) == (2, 1)
    event = town.branch.events.get(to_status="floor")
    assert (event.actor, event.snapshot) == (town.martha, {"minimum_cover": 1, "keep_free": 0})
