"""Every month at this time: how often, one look, and what became of each day."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from eldercare.models import Consent, Representative
from foundation import clock
from tests import make
from tests.make import Town
from tests.web.elder.conftest import signed_in
from workflow.models import Message

BASE = "/visits/new/series/"


@pytest.fixture
def window(town: Town) -> str:
    [first, *_rest] = next_windows(town.branch, demand_for(town.grandmother, town.version))
    return first.value


def asked(town: Town, window: str, verb: str = "", **more: str) -> str:
    tail = "".join(f"&{name}={value}" for name, value in more.items())
    who = town.grandmother.public_id
    service = town.version.service.code
    return f"{BASE}{verb}?for={who}&service={service}&window={window}{tail}"


def book(client: Client, address: str, key: str = "one-key") -> Any:
    return client.post(address, {"key": key})


def test_offered_where_one_visit_is_checked(town: Town, grandmother: Client, window: str) -> None:
    page = grandmother.get(asked(town, window).replace("series/", "check/")).content.decode()
    assert "Every month at this time" in page
    page = grandmother.get(asked(town, window)).content.decode()
    assert "12 times" in page
    assert asked(town, window, "check/", times="12").partition("?")[0] in page


def test_books_each_month_once(town: Town, grandmother: Client, window: str) -> None:
    address = asked(town, window, "check/", times="3")
    look = grandmother.get(address)
    assert len(look.context["plan"].starts) == 3
    assert not HomeVisit.objects.exists()
    for _tap in range(2):
        sent = book(grandmother, address)
        assert sent.status_code == 303
        assert parse_qs(urlsplit(sent["Location"]).query)["times"] == ["3"]
    page = grandmother.get(sent["Location"])
    standing = page.context["plan"].visits
    assert {visit.asked_by for visit in HomeVisit.objects.all()} == {"customer"}
    assert list(HomeVisit.objects.all()) == standing
    assert len(standing) + len(page.context["unkept"]) == 3
    assert standing
    assert Message.objects.filter(kind="series_booked").count() == 1


def test_day_that_cannot_be_kept_says_what_is_open(
    town: Town, grandmother: Client, window: str
) -> None:
    start = next_windows(town.branch, demand_for(town.grandmother, town.version))[0].start
    other = make.make_customer(town.branch)
    book_visit(
        customer=other,
        version=town.version,
        window_start=start,
        key=make.new_key(),
        asker=make.by_customer(),
    )
    free = [w.start for w in next_windows(town.branch, demand_for(other, town.version), near=start)]
    sent = book(grandmother, asked(town, window, "check/", times="2"))
    page = grandmother.get(sent["Location"])
    taken = start not in free
    assert (start in [wanted for wanted, _open in page.context["unkept"]]) == (
        start not in [visit.window.lower for visit in page.context["plan"].visits]
    )
    assert taken or page.context["plan"].visits
    for _wanted, instead in page.context["unkept"]:
        for _slot, address in instead:
            assert grandmother.get(address).status_code == 200


def test_looked_at_before_anything_is_booked(town: Town, grandmother: Client, window: str) -> None:
    page = grandmother.get(asked(town, window, "answer/", times="2"))
    assert b"None of these days can be kept" in page.content
    [(_first, instead), (_second, nothing)] = page.context["unkept"]
    assert instead
    assert not nothing
    assert b"Please phone us" in page.content


@pytest.mark.parametrize("times", ["", "1", "13", "-2", "two", "2.5", "٣", "9" * 4000])
def test_numbers_that_cannot_be_promised(
    town: Town, grandmother: Client, window: str, times: str
) -> None:
    for verb in ("check/", "answer/"):
        answer = grandmother.get(asked(town, window, verb, times=times))
        assert answer.status_code == 302
    assert book(grandmother, asked(town, window, "check/", times=times)).status_code == 302
    assert not HomeVisit.objects.exists()


@pytest.mark.parametrize("window", ["", "x", "20270229T0200Z"])
def test_windows_that_are_none(town: Town, grandmother: Client, window: str) -> None:
    for verb in ("", "check/", "answer/"):
        assert grandmother.get(asked(town, window, verb, times="2")).status_code == 302


def test_times_long_past_are_not_booked(town: Town, grandmother: Client) -> None:
    book(grandmother, asked(town, "20250101T0200Z", "check/", times="2"))
    assert not HomeVisit.objects.exists()


@pytest.mark.parametrize("key", ["", "a key", "k" * 51])
def test_form_without_its_key_asks_again(
    town: Town, grandmother: Client, window: str, key: str
) -> None:
    answer = book(grandmother, asked(town, window, "check/", times="2"), key)
    assert answer.status_code == 200
    assert not HomeVisit.objects.exists()


def test_nothing_asked_begins_again(grandmother: Client) -> None:
    for verb in ("", "check/", "answer/"):
        assert grandmother.get(BASE + verb).status_code == 302


def test_daughter_asks_while_she_may(town: Town, daughter: Representative, window: str) -> None:
    client = signed_in(daughter)
    address = asked(town, window, "check/", times="2")
    assert book(client, address).status_code == 303
    assert {visit.representative for visit in HomeVisit.objects.all()} == {daughter}
    Consent.objects.update(withdrawn_at=clock.now())
    before = HomeVisit.objects.count()
    assert book(client, address, "another-key").status_code != 303
    assert HomeVisit.objects.count() == before


def test_strangers_and_neighbours(town: Town, client: Client, window: str) -> None:
    neighbour = signed_in(make.make_customer(town.branch))
    for verb in ("", "check/", "answer/"):
        address = asked(town, window, verb, times="2")
        assert client.get(address).status_code == 302
        assert neighbour.get(address).status_code == 404
    assert neighbour.post(asked(town, window, "check/", times="2")).status_code == 404
    assert neighbour.post(BASE).status_code == 405
    assert not HomeVisit.objects.exists()
