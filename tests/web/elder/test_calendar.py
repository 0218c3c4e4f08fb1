"""The calendar file: whole lines, the right time, and nothing about the person."""

import pytest
from django.test import Client

from appointments.booking import book_visit
from appointments.models import HomeVisit
from tests.make import Town, at, by_customer, make_customer, new_key
from tests.web.elder.conftest import signed_in
from web.elder.calendar import _folded


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book_visit(
        customer=town.grandmother,
        version=town.version,
        window_start=at(9),
        key=new_key(),
        asker=by_customer(),
    )


def test_page_of_the_visit_leads_to_the_file(grandmother: Client, visit: HomeVisit) -> None:
    address = f"/bookings/{visit.public_id}/"
    assert f'href="{address}calendar.ics"' in grandmother.get(address).content.decode()


def test_file_holds_the_promised_window(grandmother: Client, visit: HomeVisit) -> None:
    answer = grandmother.get(f"/bookings/{visit.public_id}/calendar.ics")
    text = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20261126T010000Z\r\nDTEND:20261126T030000Z\r\n" in text
    assert f"UID:{visit.public_id}@testserver\r\n" in text
    assert f"URL:http://testserver/bookings/{visit.public_id}/\r\n" in text
    assert "95555" in text


def test_file_says_nothing_about_the_person(grandmother: Client, visit: HomeVisit) -> None:
    text = grandmother.get(f"/bookings/{visit.public_id}/calendar.ics").content.decode()
    customer = visit.customer
    for secret in (customer.name, customer.phone, customer.address, visit.staff_code):
        assert secret not in text


def test_lines_are_folded_between_characters() -> None:
    line = "SUMMARY:" + "上门服务" * 20
    parts = _folded(line).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


def test_strangers_get_no_file(client: Client, town: Town, visit: HomeVisit) -> None:
    address = f"/bookings/{visit.public_id}/calendar.ics"
    assert client.get(address).status_code == 302
    assert signed_in(make_customer(town.branch)).get(address).status_code == 404
