"""The desk along the way of an escort: suggestions, steps, loans, and the three faces."""

import pytest

from branches.models import Facility, FacilityType, StaffSkill
from eldercare import escorts
from eldercare.models import Escort, EscortStep, Loan, ServiceVersion
from eldercare.states import EscortStatus
from tests import make
from tests.make import Town
from tests.web.desk.conftest import Enter


def path(town: Town, escort: Escort, verb: str = "") -> str:
    return f"/desk/{town.branch.code}/escorts/{escort.public_id}/{verb}"


@pytest.fixture
def wheelchair(town: Town) -> Facility:
    FacilityType.objects.filter(code="wheelchair").update(is_lent=True)
    row, _made = Facility.objects.update_or_create(
        branch=town.branch,
        type=FacilityType.objects.get(code="wheelchair"),
        defaults={"quantity": 1, "state": "fit"},
    )
    return row


def test_board_says_who_should_go_and_why_and_sends_them_in_one_tap(
    town: Town, waiting: Escort, enter: Enter
) -> None:
    StaffSkill.objects.all().delete()
    StaffSkill.objects.create(staff=town.team[1], skill="shaanxi")
    Escort.objects.filter(pk=waiting.pk).update(needs=["dialect"], wanted_skills=["shaanxi"])
    desk = enter(town.martha)
    page = desk.get(f"/desk/{town.branch.code}/").content.decode()
    assert f"<strong>{town.team[1].name}</strong> should go" in page
    assert "has special needs · speaks their language" in page
    assert "Shaanxi dialect" in page
    answer = desk.post(path(town, waiting, "take/"), {"assistant": town.team[1].pk})
    assert answer.status_code == 303
    waiting.refresh_from_db()
    assert (waiting.status, waiting.assistant) == (EscortStatus.ACCOMPANIED, town.team[1])


def test_the_manager_may_send_somebody_else(town: Town, waiting: Escort, enter: Enter) -> None:
    page = enter(town.martha).get(path(town, waiting)).content.decode()
    assert all(person.name in page for person in town.team)


def test_board_counts_seats_and_wheelchairs_left(
    town: Town, waiting: Escort, wheelchair: Facility, enter: Enter
) -> None:
    Facility.objects.filter(branch=town.branch, type__code="love-seat").update(quantity=3)
    page = enter(town.alice).get(f"/desk/{town.branch.code}/").content.decode()
    assert "<dt>Love seats left</dt><dd>2</dd>" in page
    assert "<dt>Wheelchairs left</dt><dd>1</dd>" in page
    enter(town.alice).post(path(town, waiting, "lend/"), {"facility": wheelchair.pk})
    page = enter(town.alice).get(f"/desk/{town.branch.code}/").content.decode()
    assert "<dt>Wheelchairs left</dt><dd>0</dd>" in page


def test_arrival_notes_the_wished_language(town: Town, enter: Enter) -> None:
    StaffSkill.objects.get_or_create(staff=town.team[1], skill="cantonese")
    desk = enter(town.alice)
    what = f"/desk/{town.branch.code}/arrivals/what/?kind=lady&mark=red"
    assert "Cantonese" in desk.get(what).content.decode()
    answer = desk.post(
        f"/desk/{town.branch.code}/arrivals/",
        {
            "client_key": "7f8b7f9e-0c36-4d0e-9a53-0d7f4f6b0f11",
            "nickname": "lady, red",
            "service": town.version.pk,
            "wanted_skills": ["cantonese"],
        },
    )
    assert answer.status_code == 303
    assert Escort.objects.get().wanted_skills == ["cantonese"]


def test_steps_are_ticked_with_a_tap_each(town: Town, accompanied: Escort, enter: Enter) -> None:
    ServiceVersion.objects.filter(pk=accompanied.service_version_id).update(
        steps_en="take a number\nfill in the form", steps_zh="取号\n填单"
    )
    desk = enter(town.alice)
    assert 'id="tick-2"' in desk.get(path(town, accompanied)).content.decode()
    for _tap in range(2):
        assert desk.post(path(town, accompanied, "tick/"), {"number": 2}).status_code == 303
    page = desk.get(path(town, accompanied)).content.decode()
    assert 'id="tick-1"' in page
    assert 'id="tick-2"' not in page
    assert desk.post(path(town, accompanied, "tick/"), {"number": 9}).status_code == 400
    assert EscortStep.objects.count() == 1


def test_nobody_is_finished_while_the_wheelchair_is_out(
    town: Town, accompanied: Escort, wheelchair: Facility, enter: Enter
) -> None:
    desk = enter(town.alice)
    desk.post(path(town, accompanied, "lend/"), {"facility": wheelchair.pk})
    said = {"outcome": "all done", "remark": "tired", "device_taught": "on"}
    answer = desk.post(path(town, accompanied, "finish/"), said)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "not back yet" in page
    assert 'value="all done"' in page
    assert 'value="tired"' in page
    loan = Loan.objects.get()
    assert desk.post(path(town, accompanied, f"back/{loan.pk}/")).status_code == 303
    assert desk.post(path(town, accompanied, "finish/"), said).status_code == 303
    accompanied.refresh_from_db()
    assert accompanied.status == EscortStatus.DONE
    assert (accompanied.device_taught, accompanied.remark) == (True, "tired")


def test_a_loan_of_somebody_else_is_not_there(
    town: Town, accompanied: Escort, wheelchair: Facility, enter: Enter
) -> None:
    other = escorts.log_arrival(
        client_key=make.new_key(),
        branch=town.branch,
        service_version=town.version,
        actor=town.alice,
        nickname="gentleman",
    )
    desk = enter(town.alice)
    desk.post(path(town, other, "lend/"), {"facility": wheelchair.pk})
    answer = desk.post(path(town, accompanied, f"back/{Loan.objects.get().pk}/"))
    assert answer.status_code == 404
    assert Loan.objects.out().count() == 1


def test_the_customer_touches_a_face(town: Town, accompanied: Escort, enter: Enter) -> None:
    desk = enter(town.alice)
    assert "How was it today?" in desk.get(path(town, accompanied, "faces/")).content.decode()
    assert desk.post(path(town, accompanied, "say/"), {"face": "angry"}).status_code == 400
    answer = desk.post(path(town, accompanied, "say/"), {"face": "fair"})
    assert "Thank you." in answer.content.decode()
    accompanied.refresh_from_db()
    assert accompanied.how_it_was == "fair"
