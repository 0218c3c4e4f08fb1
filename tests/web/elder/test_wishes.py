"""The waiting list on the elder face: joining, taking the time that is kept, leaving."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from appointments.models import HomeVisit, Wish
from appointments.states import WishStatus
from foundation import clock
from tests.make import Town, at, make_customer
from tests.web.elder.conftest import signed_in


@pytest.fixture
def wish(town: Town, grandmother: Client) -> Wish:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    answer = grandmother.post(f"/visits/new/wait/?{urlencode(query)}")
    assert answer["Location"] == "/bookings/"
    return Wish.objects.get()


def offer(wish: Wish) -> None:
    Wish.objects.filter(pk=wish.pk).update(
        status=WishStatus.OFFERED,
        offered_start=at(9),
        offered_until=clock.now() + timedelta(minutes=30),
        offers=1,
    )


def test_day_page_offers_a_place_on_the_list(town: Town, grandmother: Client) -> None:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    html = grandmother.get(f"/visits/new/day/?{urlencode(query)}").content.decode()
    assert "/visits/new/wait/?" in html


def test_place_is_shown_and_asked_for_once(town: Town, grandmother: Client, wish: Wish) -> None:
    assert (wish.status, wish.asked_by) == ("waiting", "customer")
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    grandmother.post(f"/visits/new/wait/?{urlencode(query)}")
    assert Wish.objects.count() == 1
    html = grandmother.get("/bookings/").content.decode()
    assert f"/wishes/{wish.public_id}/leave/" in html
    assert "/take/" not in html


def test_kept_time_is_taken_once(grandmother: Client, wish: Wish) -> None:
    offer(wish)
    for page in ("/", "/bookings/"):
        assert "A time has come free for you" in grandmother.get(page).content.decode()
    answer = grandmother.post(f"/wishes/{wish.public_id}/take/")
    visit = HomeVisit.objects.get()
    assert answer["Location"] == f"/bookings/{visit.public_id}/"
    wish.refresh_from_db()
    assert wish.status == WishStatus.TAKEN


def test_nothing_kept_is_told_so(grandmother: Client, wish: Wish) -> None:
    assert grandmother.post(f"/wishes/{wish.public_id}/take/").status_code == 409
    assert HomeVisit.objects.count() == 0


def test_leaving_the_list(grandmother: Client, wish: Wish) -> None:
    assert grandmother.post(f"/wishes/{wish.public_id}/leave/")["Location"] == "/bookings/"
    wish.refresh_from_db()
    assert wish.status == WishStatus.WITHDRAWN
    assert grandmother.post(f"/wishes/{wish.public_id}/leave/").status_code == 404


def test_strangers_neither_take_nor_leave(client: Client, town: Town, wish: Wish) -> None:
    offer(wish)
    for verb in ("take", "leave"):
        address = f"/wishes/{wish.public_id}/{verb}/"
        assert client.post(address).status_code == 302
        assert signed_in(make_customer(town.branch)).post(address).status_code == 404
        assert signed_in(town.grandmother).get(address).status_code == 405
    assert HomeVisit.objects.count() == 0
