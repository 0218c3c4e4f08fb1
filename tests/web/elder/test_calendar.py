"""The calendar file: whole lines, the right time, and nothing about the person."""

import pytest
from django.test import Client

from appointments.booking import book_visit, cancel_visit, move_visit
from appointments.escort_times import book_escort
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


def lines(client: Client, address: str) -> dict[str, str]:
    """The file read back: unfolded, each line by its name; the alarm's come last and lose."""
    text = client.get(f"{address}calendar.ics").content.decode().replace("\r\n ", "")
    assert text.endswith("END:VCALENDAR\r\n")
    return {
        name: value
        for name, _colon, value in (line.partition(":") for line in reversed(text.splitlines()))
    }


def test_a_move_takes_the_old_entrys_place_and_a_cancellation_takes_it_out(
    grandmother: Client, visit: HomeVisit
) -> None:
    first = lines(grandmother, f"/bookings/{visit.public_id}/")
    moved = move_visit(visit=visit, window_start=at(14), key=new_key(), asker=by_customer())
    page = f"/bookings/{moved.public_id}/"
    second = lines(grandmother, page)
    assert (first["UID"], first["STATUS"]) == (second["UID"], "CONFIRMED")
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])
    assert second["DTSTART"] == "20261126T060000Z"
    cancel_visit(visit=moved, reason="", asker=by_customer())
    assert "calendar.ics" in grandmother.get(page).content.decode()
    last = lines(grandmother, page)
    assert (last["UID"], last["METHOD"], last["STATUS"]) == (first["UID"], "CANCEL", "CANCELLED")
    assert int(last["SEQUENCE"]) > int(second["SEQUENCE"])
    assert "TRIGGER" not in last


def test_company_has_a_file_too(town: Town, grandmother: Client) -> None:
    escort = book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(9),
        key=new_key(),
        asker=by_customer(),
    )
    page = f"/escorts/{escort.public_id}/"
    assert f'href="{page}calendar.ics"' in grandmother.get(page).content.decode()
    file = lines(grandmother, page)
    assert (file["DTSTART"], file["DTEND"]) == ("20261126T010000Z", "20261126T013000Z")
    assert town.branch.name in file["DESCRIPTION"]
    assert signed_in(make_customer(town.branch)).get(f"{page}calendar.ics").status_code == 404


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
