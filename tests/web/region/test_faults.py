"""Facility faults from the region: reported, closed, on record."""

import pytest
from django.test import Client

from branches.faults import report_fault
from branches.models import Facility, FacilityFault
from branches.states import FaultStatus
from tests.make import Town
from tests.web.region.conftest import Enter


@pytest.fixture
def wheelchair(town: Town) -> Facility:
    return town.branch.facilities.get(type__code="wheelchair")


@pytest.fixture
def fault(town: Town, wheelchair: Facility) -> FacilityFault:
    return report_fault(facility=wheelchair, words="flat tyre", actor=town.alice)


def report_path(town: Town, facility: Facility) -> str:
    return f"/region/branches/{town.branch.code}/facilities/{facility.pk}/report/"


def close_path(town: Town, fault: FacilityFault) -> str:
    return f"/region/branches/{town.branch.code}/faults/{fault.pk}/close/"


def test_officer_reports(town: Town, wheelchair: Facility, enter: Enter) -> None:
    client = enter(town.olga)
    asked = client.get(f"/region/branches/{town.branch.code}/facilities/{wheelchair.pk}/")
    assert b"What is wrong with" in asked.content
    answer = client.post(report_path(town, wheelchair), {"words": "flat tyre"}, follow=True)
    assert "It is out of use until it is repaired." in answer.content.decode()
    assert FacilityFault.objects.get().reported_by == town.olga


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_report_without_words_is_asked_again(
    town: Town, wheelchair: Facility, enter: Enter, words: str
) -> None:
    answer = enter(town.olga).post(report_path(town, wheelchair), {"words": words})
    assert answer.status_code == 400
    assert b'role="alert"' in answer.content
    assert not FacilityFault.objects.exists()


def test_second_report_keeps_its_words(
    town: Town, wheelchair: Facility, fault: FacilityFault, enter: Enter
) -> None:
    answer = enter(town.olga).post(report_path(town, wheelchair), {"words": "no brakes"})
    assert answer.status_code == 409
    assert b"no brakes" in answer.content
    assert FacilityFault.objects.count() == 1


@pytest.mark.parametrize("to", [FaultStatus.REPAIRED, FaultStatus.MISTAKEN])
def test_officer_closes_once(
    town: Town, fault: FacilityFault, enter: Enter, to: FaultStatus
) -> None:
    client = enter(town.olga)
    for _tap in range(2):
        answer = client.post(
            close_path(town, fault), {"to": to, "state": "needs_care", "reason": "new"}
        )
        assert answer.status_code == 303
    fault.refresh_from_db()
    assert fault.status == to
    assert fault.facility.state == "needs_care"
    assert list(fault.events.values_list("reason", flat=True)) == ["flat tyre", "new"]
    page = client.get(f"/region/branches/{town.branch.code}/").content.decode()
    assert "new" in page
    assert "(needs care)" in page


def test_other_way_of_closing_comes_too_late(
    town: Town, fault: FacilityFault, enter: Enter
) -> None:
    client = enter(town.olga)
    client.post(close_path(town, fault), {"to": "repaired", "state": "fit", "reason": "new tyre"})
    answer = client.post(
        close_path(town, fault), {"to": "mistaken", "state": "fit", "reason": "was fine"}
    )
    assert answer.status_code == 409
    fault.refresh_from_db()
    assert fault.status == FaultStatus.REPAIRED


@pytest.mark.parametrize(
    "data",
    [
        {"to": "repaired", "state": "fit"},
        {"to": "repaired", "reason": "new tyre"},
        {"to": "repaired", "state": "missing", "reason": "gone"},
        {"to": "reported", "state": "fit", "reason": "x"},
        {},
    ],
)
def test_closing_needs_each_answer_and_keeps_them(
    town: Town, fault: FacilityFault, enter: Enter, data: dict[str, str]
) -> None:
    answer = enter(town.olga).post(close_path(town, fault), data)
    assert answer.status_code == 400
    if "reason" in data:
        assert f'value="{data["reason"]}"' in answer.content.decode()
    fault.refresh_from_db()
    assert fault.status == FaultStatus.REPORTED


def test_who_may_not_report(town: Town, wheelchair: Facility, enter: Enter, client: Client) -> None:
    data, target = {"words": "flat tyre"}, report_path(town, wheelchair)
    assert client.post(target, data).status_code == 302
    assert enter(town.zoe).post(target, data).status_code == 404
    assert enter(town.bob).post(target, data).status_code == 404
    assert enter(town.rita).post(target, data).status_code == 403
    assert enter(town.olga).get(target).status_code == 405
    assert not FacilityFault.objects.exists()


def test_who_may_not_close(town: Town, fault: FacilityFault, enter: Enter, client: Client) -> None:
    data, target = {"to": "repaired", "state": "fit", "reason": "new tyre"}, close_path(town, fault)
    assert client.post(target, data).status_code == 302
    assert enter(town.zoe).post(target, data).status_code == 404
    assert enter(town.bob).post(target, data).status_code == 404
    assert enter(town.alice).post(target, data).status_code == 403
    assert enter(town.rita).post(target, data).status_code == 403
    assert enter(town.olga).get(target).status_code == 405
    elsewhere = f"/region/branches/{town.gaoxin.code}/faults/{fault.pk}/close/"
    assert enter(town.olga).post(elsewhere, data).status_code == 404
    fault.refresh_from_db()
    assert (fault.status, fault.events.count()) == (FaultStatus.REPORTED, 1)


def test_branch_manager_closes_too(town: Town, fault: FacilityFault, enter: Enter) -> None:
    data = {"to": "repaired", "state": "fit", "reason": "new tyre"}
    assert enter(town.martha).post(close_path(town, fault), data).status_code == 303
