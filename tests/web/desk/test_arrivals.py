"""Two taps: who, and what for."""

from uuid import uuid4

import pytest
from django.test import Client

from eldercare.bookings import Booking, note_booking
from eldercare.models import Escort
from eldercare.states import EscortStatus
from tests import make
from tests.make import Town
from tests.web.desk.conftest import Enter


@pytest.fixture
def desk(town: Town) -> str:
    return f"/desk/{town.branch.code}"


def arrival(town: Town, **more: object) -> dict[str, object]:
    return {"client_key": uuid4(), "nickname": "lady in red", "service": town.version.pk} | more


def test_known_customer_is_found_by_four_digits(town: Town, desk: str, enter: Enter) -> None:
    digits = town.grandmother.phone_last4
    page = enter(town.alice).get(f"{desk}/arrivals/who/?last4={digits}").content.decode()
    assert f"?customer={town.grandmother.public_id}" in page
    assert town.grandmother.masked_phone in page
    assert town.grandmother.phone not in page


def test_customers_of_strangers_are_not_found(town: Town, enter: Enter) -> None:
    digits = town.grandmother.phone_last4
    page = enter(town.bob).get(f"/desk/{town.gaoxin.code}/arrivals/who/?last4={digits}")
    assert str(town.grandmother.public_id) not in page.content.decode()


@pytest.mark.parametrize("digits", ["", "12", "abcd", "12345", "'; --"])
def test_digits_that_are_none_get_a_sentence(
    town: Town, desk: str, enter: Enter, digits: str
) -> None:
    answer = enter(town.alice).get(f"{desk}/arrivals/who/", {"last4": digits})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("query", "called"),
    [("kind=lady", "Lady"), ("kind=lady&mark=red+coat", "Lady, red coat"), ("mark=Mr+Wu", "Mr Wu")],
)
def test_stranger_gets_a_nickname(
    town: Town, desk: str, enter: Enter, query: str, called: str
) -> None:
    page = enter(town.alice).get(f"{desk}/arrivals/what/?{query}").content.decode()
    assert f'name="nickname" value="{called}"' in page


def test_nobody_at_all_is_asked_again(town: Town, desk: str, enter: Enter) -> None:
    assert enter(town.alice).get(f"{desk}/arrivals/what/").status_code == 400


def test_customer_of_strangers_is_not_there(town: Town, desk: str, enter: Enter) -> None:
    other = make.make_customer(town.gaoxin)
    answer = enter(town.alice).get(f"{desk}/arrivals/what/?customer={other.public_id}")
    assert answer.status_code == 404


def test_stranger_is_logged_and_waits(town: Town, desk: str, enter: Enter) -> None:
    answer = enter(town.alice).post(f"{desk}/arrivals/", arrival(town, needs=["hearing"]))
    assert (answer.status_code, answer["Location"]) == (303, f"{desk}/")
    escort = Escort.objects.get()
    assert (escort.nickname, escort.status) == ("lady in red", EscortStatus.WAITING)
    assert escort.needs == ["hearing"]
    assert escort.events.get().actor == town.alice


def test_known_customer_is_logged_with_their_needs(town: Town, desk: str, enter: Enter) -> None:
    data = arrival(town, customer=town.grandmother.public_id, nickname="")
    enter(town.alice).post(f"{desk}/arrivals/", data)
    escort = Escort.objects.get()
    assert (escort.customer, escort.needs) == (town.grandmother, ["mobility"])


def test_double_tap_is_one_arrival(town: Town, desk: str, enter: Enter) -> None:
    client, data = enter(town.alice), arrival(town)
    assert client.post(f"{desk}/arrivals/", data).status_code == 303
    assert client.post(f"{desk}/arrivals/", data).status_code == 303
    assert Escort.objects.count() == 1


def test_known_customer_on_the_board_is_pointed_out(town: Town, desk: str, enter: Enter) -> None:
    client = enter(town.alice)
    client.post(f"{desk}/arrivals/", arrival(town, customer=town.grandmother.public_id))
    page = client.get(f"{desk}/arrivals/what/?customer={town.grandmother.public_id}")
    assert "is on the board already" in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": ""},
        {"service": "0"},
        {"client_key": "x" * 70},
        {"nickname": ""},
        {"needs": ["gold"]},
        {"nickname": "n" * 61},
    ],
)
def test_wrong_input_keeps_what_was_typed_and_writes_nothing(
    town: Town, desk: str, enter: Enter, wrong: dict[str, object]
) -> None:
    answer = enter(town.alice).post(f"{desk}/arrivals/", arrival(town, **wrong))
    assert answer.status_code == 400
    assert b'role="alert"' in answer.content
    assert not Escort.objects.exists()


def test_business_that_is_not_reviewed_is_not_offered(town: Town, desk: str, enter: Enter) -> None:
    draft = make.make_version(region=town.region, status="draft", name_en="secret draft")
    client = enter(town.alice)
    assert "secret draft" not in client.get(f"{desk}/arrivals/what/?kind=lady").content.decode()
    assert client.post(f"{desk}/arrivals/", arrival(town, service=draft.pk)).status_code == 400
    assert not Escort.objects.exists()


def test_officer_sees_and_does_not_log(town: Town, desk: str, enter: Enter) -> None:
    assert enter(town.olga).get(f"{desk}/arrivals/who/").status_code == 403
    assert enter(town.olga).post(f"{desk}/arrivals/", arrival(town)).status_code == 403
    assert not Escort.objects.exists()


def test_stranger_logs_nothing(town: Town, desk: str, enter: Enter, client: Client) -> None:
    assert enter(town.bob).post(f"{desk}/arrivals/", arrival(town)).status_code == 404
    assert client.post(f"{desk}/arrivals/", arrival(town)).status_code == 302
    assert enter(town.alice).get(f"{desk}/arrivals/").status_code == 405
    assert not Escort.objects.exists()


@pytest.fixture
def booked(town: Town) -> Escort:
    from branches import commitments
    from branches.locks import staff_locked
    from branches.models import CommitmentKind
    from foundation.locks import locking

    person = town.team[1]
    with locking():
        staff_locked([person.pk])
        promise = commitments.promise(
            staff=person,
            kind=CommitmentKind.ESCORT,
            start=make.at(11, 0, make.TODAY),
            end=make.at(11, 30, make.TODAY),
        )
        booking = Booking(
            customer=town.grandmother,
            branch=town.branch,
            version=town.version,
            time=make.at(11, 0, make.TODAY),
            assistant=person,
            commitment=promise,
        )
        return note_booking(booking, key=make.new_key(), asked_by="customer")


def test_booked_customer_is_checked_in_with_one_tap(
    town: Town, desk: str, enter: Enter, booked: Escort
) -> None:
    client = enter(town.alice)
    assert "11:00 李奶奶" in client.get(f"{desk}/arrivals/who/").content.decode()
    for _tap in range(2):
        assert client.post(f"{desk}/escorts/{booked.public_id}/check-in/").status_code == 303
    booked.refresh_from_db()
    assert booked.status == EscortStatus.WAITING
    assert booked.events.count() == 2
    assert "booked for 11:00" in client.get(f"{desk}/").content.decode()


def test_check_in_of_another_branch_is_not_there(
    town: Town, desk: str, enter: Enter, booked: Escort
) -> None:
    path = f"/desk/{town.gaoxin.code}/escorts/{booked.public_id}/check-in/"
    assert enter(town.bob).post(path).status_code == 404
    booked.refresh_from_db()
    assert booked.status == EscortStatus.BOOKED


def test_nickname_is_words_and_never_markup(town: Town, desk: str, enter: Enter) -> None:
    client = enter(town.alice)
    client.post(f"{desk}/arrivals/", arrival(town, nickname="<script>alert(1)</script>"))
    for page in (f"{desk}/", f"{desk}/escorts/{Escort.objects.get().public_id}/"):
        answer = client.get(page).content.decode()
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert" in answer
