"""Opening hours on their page: the week, days of one's own, and what customers will see."""

from datetime import time, timedelta

import pytest

from branches import commitments
from branches.models import BranchEvent, CalendarDay, CommitmentKind
from foundation.locks import locking
from tests.make import TODAY, TOMORROW, Town, at
from tests.web.desk.conftest import Enter

WEEK = {f"opens_{day}": "09:00" for day in range(1, 6)} | {
    f"closes_{day}": "16:00" for day in range(1, 6)
}


def door(town: Town, tail: str = "") -> str:
    return f"/desk/{town.branch.code}/register/hours/{tail}"


def hours_of(town: Town) -> set[tuple[time, time]]:
    return {(row.opens, row.closes) for row in town.branch.hours.all()}


def promise(town: Town) -> None:
    with locking():
        commitments.promise(
            staff=town.team[0], kind=CommitmentKind.ESCORT, start=at(16), end=at(16, 30)
        )


def test_the_week_is_changed_and_shown(town: Town, enter: Enter) -> None:
    client = enter(town.martha)
    before = client.get(door(town)).content.decode()
    assert before.count("09:00–17:00") == 10
    assert client.post(door(town, "save/"), WEEK).status_code == 303
    assert hours_of(town) == {(time(9), time(16))}
    assert client.get(door(town)).content.decode().count("09:00–16:00") == 10
    # An assistant reads it, and has nothing to press.
    page = enter(town.alice).get(door(town)).content.decode()
    assert "09:00–16:00" in page
    assert "/hours/save/" in page
    assert "Save the week" not in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"closes_3": "08:00"}, "It has to close after it opens."),
        ({"closes_3": "09:00"}, "It has to close after it opens."),
        ({"closes_3": ""}, "Both times, please, or neither when closed."),
        ({"closes_3": "25:00"}, "Enter a valid time."),
    ],
)
def test_wrong_hours_are_named_and_stay_as_typed(
    town: Town, enter: Enter, wrong: dict[str, str], words: str
) -> None:
    answer = enter(town.martha).post(door(town, "save/"), WEEK | {"opens_5": "09:30"} | wrong)
    page = answer.content.decode()
    assert (answer.status_code, page.count(words)) == (400, 1)
    assert 'value="09:30"' in page
    assert hours_of(town) == {(time(9), time(17))}
    assert not BranchEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_promises_that_stand_in_the_way_are_shown(town: Town, enter: Enter) -> None:
    promise(town)
    short = WEEK | {f"closes_{day}": "15:00" for day in range(1, 6)}
    client = enter(town.martha)
    for tail, said in (
        ("save/", short),
        ("days/add/", {"day": str(TOMORROW), "is_working": "no", "reason": "paint"}),
    ):
        answer = client.post(door(town, tail), said)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Customers count on this." in page
        assert f"16:00–16:30 · escort · {town.team[0].name}" in page
    assert 'value="paint"' in page
    assert hours_of(town) == {(time(9), time(17))}
    assert not CalendarDay.objects.exists()


def test_a_day_of_its_own_comes_and_goes(town: Town, enter: Enter) -> None:
    client, saturday = enter(town.martha), TODAY + timedelta(days=3)
    said = {"day": str(saturday), "is_working": "yes", "reason": "health fair"}
    half = client.post(door(town, "days/add/"), said | {"opens": "10:00"})
    assert (half.status_code, CalendarDay.objects.count()) == (400, 0)
    past = client.post(door(town, "days/add/"), said | {"day": str(TODAY - timedelta(days=1))})
    assert (past.status_code, b"This day has passed." in past.content) == (400, True)
    own = said | {"opens": "10:00", "closes": "12:00"}
    assert client.post(door(town, "days/add/"), own).status_code == 303
    page = client.get(door(town)).content.decode()
    assert page.count("10:00–12:00") == 2
    assert page.count("health fair") == 2
    again = client.post(door(town, "days/add/"), said)
    assert (again.status_code, b"on the list already" in again.content) == (409, True)
    assert client.post(door(town, "days/remove/"), {"day": str(saturday)}).status_code == 303
    assert not CalendarDay.objects.exists()
    assert client.post(door(town, "days/remove/"), {"day": "x"}).status_code == 400


def test_facts_are_changed_by_whoever_may(town: Town, enter: Enter) -> None:
    client, target = enter(town.martha), f"/desk/{town.branch.code}/register/facts/"
    said = {"address": "1 East Street", "phone": "029-1", "latitude": "34.2", "longitude": "108.9"}
    said |= {"parking_zh": "门口两个车位", "parking_en": "two bays at the door"}
    wrong = client.post(target, said | {"latitude": "91", "phone": ""})
    assert (wrong.status_code, b"two bays at the door" in wrong.content) == (400, True)
    assert not BranchEvent.objects.exists()
    assert client.post(target, said).status_code == 303
    town.branch.refresh_from_db()
    assert (town.branch.address, town.branch.parking_en) == (
        "1 East Street",
        "two bays at the door",
    )
    seen = enter(town.rita).get(f"/region/branches/{town.branch.code}/").content.decode()
    assert "two bays at the door" in seen
