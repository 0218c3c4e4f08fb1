"""The evening report writes itself: exact figures, spans, a file, and nobody else's rows."""

from datetime import timedelta
from typing import Any

import pytest

from branches.models import StaffSkill
from eldercare.could_use_help import Why, could_use_help
from eldercare.lobby_figures import LobbyFigures, lobby_figures
from eldercare.models import Escort
from eldercare.states import EscortStatus
from tests.make import MORNING, TODAY, Town, make_customer, new_key
from tests.web.desk.conftest import Enter


def served(town: Town, wait: int, long: int, **fields: Any) -> Escort:
    came = fields.pop("came", MORNING)
    return Escort.objects.create(
        **{
            "client_key": new_key(),
            "branch": town.branch,
            "nickname": "somebody",
            "service_version": town.version,
            "status": EscortStatus.DONE,
            "arrived_at": came,
            "taken_at": came + timedelta(minutes=wait),
            "finished_at": came + timedelta(minutes=wait + long),
            "assistant": town.team[0],
        }
        | fields
    )


@pytest.fixture
def day(town: Town) -> None:
    StaffSkill.objects.all().delete()
    served(town, 2, 20, kit_given=True, how_it_was="good")
    served(town, 4, 30, needs=["mobility"], device_taught=True, how_it_was="good")
    served(
        town, 12, 10, wanted_skills=["shaanxi"], how_it_was="poor", came=MORNING.replace(hour=14)
    )
    lost = {"taken_at": None, "assistant": None, "finished_at": MORNING}
    served(town, 0, 0, status=EscortStatus.LEFT, **lost)
    served(town, 0, 0, status=EscortStatus.NO_SHOW, **lost)
    served(town, 50, 10, came=MORNING - timedelta(days=1))
    served(town, 50, 10, branch=town.gaoxin)


def figures(town: Town, days: int = 0) -> LobbyFigures:
    return lobby_figures(town.alice, town.branch, TODAY - timedelta(days=days), TODAY)


def test_the_figures_of_a_day_by_hand(town: Town, day: None) -> None:
    found = figures(town)
    assert (found.came, found.done, found.left, found.did_not_come) == (4, 3, 1, 1)
    assert (found.waits.people, found.waits.median, found.waits.p90) == (3, 4.0, 12.0)
    assert (found.waits_with_needs.people, found.waits_with_needs.p90) == (2, 12.0)
    assert (found.with_needs, found.waited_long, found.unmet) == (2, 1, 1)
    assert (found.kits, found.taught, found.lent) == (1, 1, 0)
    assert list(found.faces.values()) == [2, 0, 1]
    [business] = found.business
    assert (business.people, business.minutes) == (4, 20.0)
    [colleague] = found.colleagues
    assert (colleague.people, colleague.hours) == (3, 1.0)
    assert found.by_hour == {(3, 9): 3, (3, 14): 1}


def test_whoever_got_the_language_is_not_unmet_and_spans_add_days(town: Town, day: None) -> None:
    StaffSkill.objects.create(staff=town.team[0], skill="shaanxi")
    assert figures(town).unmet == 0
    assert figures(town, days=1).came == 5


def test_an_empty_day_claims_nothing(town: Town, enter: Enter) -> None:
    assert figures(town).waits.median is None
    assert enter(town.alice).get(f"/desk/{town.branch.code}/report/").status_code == 200


def test_the_page_the_file_and_a_span_that_cannot_be(town: Town, day: None, enter: Enter) -> None:
    desk, address = enter(town.martha), f"/desk/{town.branch.code}/report/"
    page = desk.get(address).content.decode()
    assert '<th scope="row">People who came</th><td class="nb-numeric">4</td>' in page
    assert 'nb-heat--4">3</td>' in page
    file = desk.get(f"{address}?format=csv")
    text = b"".join(file).decode("utf-8-sig")
    assert "People who came,4" in text
    for bad in ("first=2026-11-26&last=2026-11-25", "first=2026-01-01", "first=yesterday"):
        answer = desk.get(f"{address}?{bad}")
        assert answer.status_code == 400, bad
        assert enter(town.bob).get(f"{address}?{bad}").status_code == 404


def test_who_could_use_help_and_why(town: Town, enter: Enter) -> None:
    StaffSkill.objects.all().delete()
    lost = {"taken_at": None, "assistant": None, "finished_at": MORNING}
    left, came_back, unhappy, often, taught = (make_customer(town.branch) for _ in range(5))
    served(town, 0, 0, status=EscortStatus.LEFT, customer=left, **lost)
    served(town, 0, 0, status=EscortStatus.LEFT, customer=came_back, **lost)
    served(town, 1, 1, customer=came_back, came=MORNING + timedelta(hours=1))
    served(town, 1, 1, customer=unhappy, how_it_was="poor", wanted_skills=["shaanxi"])
    for day in range(3):
        came = MORNING - timedelta(days=day)
        served(town, 1, 1, customer=often, came=came)
        served(town, 1, 1, customer=taught, came=came, device_taught=day == 0)
    served(town, 0, 0, status=EscortStatus.LEFT, **lost)

    first = TODAY - timedelta(days=6)
    found = could_use_help(town.alice, town.branch, first, TODAY)
    assert {one.customer: set(one.why) for one in found} == {
        left: {Why.LEFT},
        unhappy: {Why.NOT_GOOD, Why.NOT_UNDERSTOOD},
        often: {Why.COMES_OFTEN},
    }
    assert found[0].customer == unhappy
    assert could_use_help(town.zoe, town.branch, first, TODAY) == []
    assert [one.customer for one in could_use_help(town.alice, town.branch, TODAY, TODAY)] == [
        unhappy,
        left,
    ]
    page = enter(town.martha).get(f"/desk/{town.branch.code}/report/?first={first}&last={TODAY}")
    assert f"/customers/{often.public_id}/" in page.content.decode()
    assert often.phone not in page.content.decode()
