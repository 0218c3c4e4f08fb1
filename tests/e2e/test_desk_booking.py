"""Booking at the desk by keyboard alone, in a real browser."""

import time

import pytest
from playwright.sync_api import Page, expect

from appointments.models import HomeVisit
from tests.e2e.test_desk import PHONE, TABLET, assert_clean, sign_in
from tests.make import Town, make_daughter, make_town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    make_daughter(town.grandmother)
    return town


def assert_clean_on_both(page: Page) -> None:
    """Clean on a phone and on a tablet, on which it is left."""
    for size in (PHONE, TABLET):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert_clean(page)


def focused(page: Page) -> str:
    """The name of the field in which the next key lands."""
    return str(page.evaluate("document.activeElement.name"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that field has the focus."""
    for _press in range(12):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} cannot be reached")


def test_book_by_keyboard_alone(page: Page, live_app: str, town: Town) -> None:
    desk = f"/desk/{town.branch.code}/"
    sign_in(page, live_app, town.alice.username, f"{desk}book/")
    assert_clean_on_both(page)
    begun = time.monotonic()

    # Who and what for: four digits, one letter, Enter.
    assert focused(page) == "q"
    page.keyboard.type(town.grandmother.phone_last4)
    tab_to(page, "what")
    page.keyboard.press("ArrowDown")
    tab_to(page, "from")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=window]").first).to_be_visible()

    # When: the first time has the focus; two arrows on, and Enter books.
    assert focused(page) == "window"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    chosen = page.locator("input[name=window]:checked").get_attribute("value")
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=ahead-title] .nb-lines li")).to_have_count(1)
    assert time.monotonic() - begun < 60

    visit = HomeVisit.objects.get()
    assert f"{visit.window.lower:%Y%m%dT%H%MZ}" == chosen
    assert_clean_on_both(page)


def test_pages_of_a_booking_are_clean(page: Page, live_app: str, town: Town) -> None:
    desk = f"/desk/{town.branch.code}/"
    who = f"customer={town.grandmother.public_id}"
    sign_in(page, live_app, town.alice.username, f"{desk}customers/?q=李")
    assert_clean_on_both(page)
    page.goto(f"{live_app}{desk}book/?{who}&what=home:{town.version.service.code}")
    assert_clean_on_both(page)
    page.locator("#times").select_option("3")
    page.locator("button[accesskey=b]").click()
    expect(page.locator("#stand")).to_be_visible()
    assert_clean_on_both(page)

    visit = HomeVisit.objects.earliest("starts_at")
    for verb in ("move", "cancel"):
        page.goto(f"{live_app}{desk}visits/{visit.public_id}/{verb}/")
        assert_clean_on_both(page)
    page.locator("#reason").fill("in hospital")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_app}{desk}customers/{town.grandmother.public_id}/")
    visit.refresh_from_db()
    assert visit.status == "cancelled"
