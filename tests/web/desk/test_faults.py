"""A broken facility in two taps."""

import pytest
from django.test import Client

from branches.models import Facility, FacilityFault
from tests.make import Town
from tests.web.desk.conftest import Enter


@pytest.fixture
def wheelchair(town: Town) -> Facility:
    return town.branch.facilities.get(type__code="wheelchair")


def path(town: Town, facility: Facility, verb: str = "") -> str:
    tail = f"{verb}/" if verb else ""
    return f"/desk/{town.branch.code}/faults/{facility.pk}/{tail}"


def test_two_taps_report_and_take_it_out_of_use(
    town: Town, wheelchair: Facility, enter: Enter
) -> None:
    client = enter(town.alice)
    assert (
        path(town, wheelchair) in client.get(f"/desk/{town.branch.code}/faults/").content.decode()
    )
    assert b"broken" in client.get(path(town, wheelchair)).content
    answer = client.post(path(town, wheelchair, "report"), {"tile": "broken"}, follow=True)
    assert "It is out of use until it is repaired." in answer.content.decode()
    fault = FacilityFault.objects.get()
    assert (fault.words, fault.reported_by) == ("broken", town.alice)
    wheelchair.refresh_from_db()
    assert wheelchair.state == "out_of_use"


def test_tile_and_words_go_together(town: Town, wheelchair: Facility, enter: Enter) -> None:
    data = {"tile": "broken", "words": "left wheel"}
    enter(town.alice).post(path(town, wheelchair, "report"), data)
    assert FacilityFault.objects.get().words == "broken: left wheel"


def test_second_report_is_thanked_and_keeps_the_words(
    town: Town, wheelchair: Facility, enter: Enter
) -> None:
    enter(town.alice).post(path(town, wheelchair, "report"), {"tile": "broken"})
    answer = enter(town.martha).post(path(town, wheelchair, "report"), {"words": "flat tyre"})
    assert answer.status_code == 409
    assert b"reported already" in answer.content
    assert b'value="flat tyre"' in answer.content
    assert FacilityFault.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"words": "  "}, {"words": "x" * 201}])
def test_nothing_said_is_asked_again(
    town: Town, wheelchair: Facility, enter: Enter, data: dict[str, str]
) -> None:
    answer = enter(town.alice).post(path(town, wheelchair, "report"), data)
    assert answer.status_code == 400
    assert not FacilityFault.objects.exists()


def test_who_may_not(town: Town, wheelchair: Facility, enter: Enter, client: Client) -> None:
    data = {"tile": "broken"}
    target = path(town, wheelchair, "report")
    assert client.post(target, data).status_code == 302
    assert enter(town.bob).post(target, data).status_code == 404
    assert enter(town.rita).post(target, data).status_code == 403
    assert enter(town.alice).get(target).status_code == 405
    elsewhere = f"/desk/{town.gaoxin.code}/faults/{wheelchair.pk}/report/"
    assert enter(town.bob).post(elsewhere, data).status_code == 404
    assert not FacilityFault.objects.exists()
