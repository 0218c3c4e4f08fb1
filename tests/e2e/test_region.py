"""The region's desk, and a phone while inspecting, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from branches.models import FacilityFault
from branches.states import FaultStatus
from tests.e2e.test_desk import PHONE, TABLET, sign_in
from tests.make import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


def assert_clean(page: Page) -> None:
    """No axe violation, and nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_fault_from_report_to_repair(
    page: Page, live_app: str, town: Town, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, live_app, town.olga.username, "/region/")
    expect(page.locator("tbody tr")).to_have_count(2)
    assert_clean(page)

    # The table filters itself while typing.
    page.locator("#id_q").fill(town.branch.code)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody a").click()
    assert_clean(page)

    page.locator(".nb-thing__do a").first.click()
    assert_clean(page)
    page.locator("textarea[name=words]").fill("坐垫破了")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".nb-fault")).to_have_count(1)
    assert_clean(page)

    page.locator("input[name=reason]").fill("换了新坐垫")
    page.locator(".nb-close button[type=submit]").click()
    expect(page.locator(".nb-fault")).to_contain_text("换了新坐垫")
    assert FacilityFault.objects.get().status == FaultStatus.REPAIRED


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_reviewer_reads_the_catalogue(
    page: Page, live_app: str, town: Town, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    sign_in(page, live_app, town.rita.username, "/region/coverage/")
    assert_clean(page)
    page.goto(f"{live_app}/region/services/")
    assert_clean(page)
    page.locator("tbody a").first.click()
    assert_clean(page)
