"""Odd days, odd names, odd clocks: each is answered in words, and nothing is written by mistake."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from appointments.booking import book_visit
from appointments.models import HomeVisit
from appointments.recurring import book_series
from branches.models import Commitment
from tests import make
from tests.make import Town, at, by_customer, make_customer, new_key
from tests.web.elder.conftest import signed_in
from workflow.models import Message

LEAP_DAY = date(2028, 2, 29)


def check(town: Town, browser: Client, window: str, **headers: str) -> int:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    answer = browser.post(
        f"/visits/new/check/?{urlencode(query)}",
        {"window": window, "key": new_key()},
        headers=headers or None,
    )
    return answer.status_code


@pytest.mark.parametrize(
    "window",
    [
        "20261124T0200Z",  # yesterday
        "20261125T0100Z",  # this morning at nine, which is past
        "20261126T0217Z",  # off the hour
        "20261126T1400Z",  # in the evening
        "20261128T0200Z",  # on a Saturday
        "20261231T0200Z",  # beyond the horizon
    ],
)
def test_what_was_never_offered_is_answered_with_what_is(
    town: Town, grandmother: Client, window: str
) -> None:
    assert check(town, grandmother, window) == 409
    assert not HomeVisit.objects.exists()
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("window", ["00010101T0000Z", "19700101T0000Z", "99991231T2300Z"])
def test_moments_that_nobody_means_lead_back_to_the_question(
    town: Town, grandmother: Client, window: str
) -> None:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    address = f"/visits/new/check/?{urlencode(query | {'window': window})}"
    for answer in (
        grandmother.get(address),
        grandmother.post(address, {"window": window, "key": new_key()}),
        grandmother.post(address.replace("check", "keep"), {"window": window}),
    ):
        assert answer.status_code in {302, 303}
        assert "/visits/new/when/" in answer["Location"]
    assert not Commitment.objects.exists()


def test_a_body_of_ten_megabytes_books_nothing(town: Town, grandmother: Client) -> None:
    query = {"for": town.grandmother.public_id, "service": town.version.service.code}
    body = b"window=20261126T0200Z&key=k&more=" + b"x" * 10_000_000
    answer = grandmother.post(
        f"/visits/new/check/?{urlencode(query)}", body, "application/x-www-form-urlencoded"
    )
    assert answer.status_code in {400, 413}
    assert "tel:95555" in answer.content.decode()
    assert not HomeVisit.objects.exists()


def test_a_browser_whose_clock_and_zone_are_wrong_books_the_same_hour(
    town: Town, grandmother: Client
) -> None:
    """The page shows the branch's time and sends a moment; the browser's clock is never asked."""
    yesterday = "Tue, 24 Nov 2026 01:00:00 GMT"
    assert check(town, grandmother, "20261126T0200Z", date=yesterday) == 303
    visit = HomeVisit.objects.get()
    assert visit.window.lower == at(10)
    page = grandmother.get(f"/bookings/{visit.public_id}/", headers={"date": yesterday})
    assert "10" in page.content.decode()
    assert "26 November" in " ".join(page.content.decode().split())


def test_a_name_of_emoji_is_shown_and_written_whole(town: Town) -> None:
    name = "👵🏻李桂兰🌸"
    customer = make_customer(town.branch, name=name, preferred_name=name)
    visit = book_visit(
        customer=customer,
        version=town.version,
        window_start=at(10),
        key=new_key(),
        asker=by_customer(),
    )
    browser = signed_in(customer)
    query = {"for": customer.public_id, "service": town.version.service.code}
    page = browser.get(f"/visits/new/check/?{urlencode(query | {'window': '20261126T0400Z'})}")
    assert name in page.content.decode()
    assert browser.get(f"/bookings/{visit.public_id}/").status_code == 200
    assert Message.objects.get(subject=visit.subject).body


def test_somebody_elses_booking_is_not_there(town: Town, grandmother: Client) -> None:
    other = make_customer(town.branch)
    visit = book_visit(
        customer=other,
        version=town.version,
        window_start=at(10),
        key=new_key(),
        asker=by_customer(),
    )
    for tail in ("", "cancel/", "move/", "move/check/", "share/", "calendar.ics"):
        address = f"/bookings/{visit.public_id}/{tail}"
        assert grandmother.get(address).status_code == 404
        assert grandmother.post(address, {"why": "settled"}).status_code in {404, 405}
    visit.refresh_from_db()
    assert (visit.status, visit.version) == ("approved", 1)


def test_the_29th_of_february_is_a_day_like_any_other(town: Town) -> None:
    with time_machine.travel(make.at(9, 30, date(2028, 2, 25)), tick=False):
        browser = signed_in(town.grandmother)
        assert check(town, browser, "20280229T0200Z") == 303
        visit = HomeVisit.objects.get()
        assert visit.window.lower == at(10, day=LEAP_DAY)
        page = " ".join(browser.get(f"/bookings/{visit.public_id}/").content.decode().split())
        assert "29 February" in page
        file = browser.get(f"/bookings/{visit.public_id}/calendar.ics").content.decode()
        assert re.search(r"DTSTART[^:]*:20280229T", file)


def test_each_month_on_the_31st_meets_the_leap_day(town: Town) -> None:
    with time_machine.travel(make.at(9, 30, date(2028, 1, 28)), tick=False):
        answer = book_series(
            customer=town.grandmother,
            version=town.version,
            first=at(10, day=date(2028, 1, 31)),
            times=3,
            key=new_key(),
            asker=by_customer(),
        )
        starts = [visit.window.lower for visit in answer.visits]
        assert starts == [at(10, day=d) for d in (date(2028, 1, 31), LEAP_DAY, date(2028, 3, 31))]
