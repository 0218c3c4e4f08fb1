"""The tablet by the door: two taps, a number, no names; and whoever booked is found."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from appointments.escort_times import book_escort
from eldercare import welcome
from eldercare.models import Escort, EscortEvent
from eldercare.states import EscortStatus
from tests.make import Town, at, by_customer, make_version, new_key
from web.elder.welcome import token_of

NINE = at(9)


@pytest.fixture
def tablet(client: Client, town: Town) -> str:
    """The address of Chengdong's tablet, and English on it."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return f"/welcome/{token_of(town.branch)}/"


@pytest.fixture
def booking(town: Town) -> Escort:
    return book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=NINE,
        key=new_key(),
        asker=by_customer(),
    )


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', html)
    assert found, f"no {name} on the page"
    return found.group(1)


def test_two_taps_and_a_number(town: Town, client: Client, tablet: str) -> None:
    start = client.get(tablet).content.decode()
    [way] = re.findall(rf'href="({tablet}needs/\?service={town.version.pk})"', start)
    asked = client.get(way).content.decode()
    form = {"key": hidden(asked, "key"), "service": town.version.pk, "needs": ["hearing"]}
    # A finger that trembles touches twice.
    answers = [client.post(f"{tablet}come/", form) for _tap in range(2)]
    [escort] = Escort.objects.all()
    assert (escort.status, escort.needs) == (EscortStatus.WAITING, ["hearing"])
    assert escort.nickname == "Guest no. 1"
    event = EscortEvent.objects.get()
    assert (event.actor, event.actor_kind) == (None, "themselves")
    assert {answer["Location"] for answer in answers} == {f"{tablet}seat/{escort.public_id}/"}
    seat = client.get(answers[0]["Location"])
    assert "Guest no. 1" in seat.content.decode()
    assert seat["Refresh"] == f"30; url={tablet}"
    client.post(f"{tablet}come/", form | {"key": uuid4()})
    assert Escort.objects.latest("pk").nickname == "Guest no. 2"


def test_whoever_booked_is_found_by_four_figures_and_never_named(
    town: Town, client: Client, tablet: str, booking: Escort
) -> None:
    last4 = town.grandmother.phone_last4
    with time_machine.travel(NINE - timedelta(minutes=10), tick=False):
        found = client.get(f"{tablet}booked/?last4={last4}").content.decode()
        assert str(booking.public_id) in found
        assert "9:00" in found
        nobody = client.get(f"{tablet}booked/?last4={(int(last4) + 1) % 10000:04d}")
        assert str(booking.public_id) not in nobody.content.decode()
        wrong = {"escort": str(booking.public_id), "last4": "x"}
        for nonsense in (wrong, {"escort": "x"}, {}):
            assert client.post(f"{tablet}here/", nonsense)["Location"] == f"{tablet}booked/"
        booking.refresh_from_db()
        assert booking.status == EscortStatus.BOOKED
        for _tap in range(2):
            answer = client.post(f"{tablet}here/", wrong | {"last4": last4})
        seat = client.get(answer["Location"]).content.decode()
        booking.refresh_from_db()
        assert (booking.status, booking.arrived_at) == (
            EscortStatus.WAITING,
            NINE - timedelta(minutes=10),
        )
    for page in (found, seat):
        assert town.grandmother.name not in page
        assert town.grandmother.called not in page


@pytest.mark.parametrize(("moment", "there"), [(-121, False), (-120, True), (121, False)])
def test_only_what_is_booked_about_now_is_found(
    town: Town, booking: Escort, moment: int, there: bool
) -> None:
    with time_machine.travel(NINE + timedelta(minutes=moment), tick=False):
        found = welcome.booked_now(town.branch, town.grandmother.phone_last4)
        assert list(found) == ([booking] if there else [])


def test_a_tablet_that_is_played_with_notes_nobody_more(
    town: Town, client: Client, tablet: str
) -> None:
    def touch() -> int:
        form = {"key": uuid4(), "service": town.version.pk}
        return client.post(f"{tablet}come/", form).status_code

    assert [touch() for _tap in range(welcome.AT_MOST_A_MINUTE)] == [303] * welcome.AT_MOST_A_MINUTE
    assert touch() == 429
    assert Escort.objects.count() == welcome.AT_MOST_A_MINUTE
    with time_machine.travel(at(9) - timedelta(hours=23), tick=False):
        assert touch() == 303


def test_a_forged_or_old_sign_is_good_for_nothing(
    town: Town, client: Client, tablet: str, booking: Escort
) -> None:
    assert client.get(f"{tablet[:-3]}x/").status_code == 404
    other = f"/welcome/{token_of(town.gaoxin)}/"
    mine = {"escort": str(booking.public_id), "last4": town.grandmother.phone_last4}
    assert client.post(f"{other}here/", mine)["Location"] == f"{other}booked/"
    draft = make_version(region=town.region, status="draft")
    gone = client.post(f"{tablet}come/", {"key": uuid4(), "service": draft.pk})
    assert gone["Location"] == tablet
    assert client.get(f"{tablet}needs/?service=x")["Location"] == tablet
    assert Escort.objects.count() == 1
    with time_machine.travel(at(9) + timedelta(days=91), tick=False):
        late = client.get(tablet)
    assert late.status_code == 404
    assert "too old or not ours" in late.content.decode()
