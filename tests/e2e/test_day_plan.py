"""The day plan in a real browser: routes drawn, a search waited for, its result shown by itself."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from appointments import plan_runs
from appointments.models import PlanRun
from branches.calendar import add_working_days
from foundation import clock
from planning.stop import MaxSteps
from tests.appointments.day_plan_town import book_in_the_north, make_neighbours
from tests.e2e.test_desk import PHONE, sign_in
from tests.make import Town, make_town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr("appointments.tasks.improve_day.delay", lambda _pk: None)
    return make_town()


def assert_clean(page: Page) -> None:
    """No axe violation, and nothing wider than the screen."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_day_is_improved_while_its_officer_looks_on(
    page: Page, live_app: str, town: Town
) -> None:
    make_neighbours(town)
    day = add_working_days(clock.today(), 1)
    book_in_the_north(town, day)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(page, live_app, town.olga.username, f"/region/day-plan/{day}/")
    expect(page.locator(".nb-route")).to_have_count(2)
    expect(page.locator(".nb-map__stop")).to_have_count(4)
    assert_clean(page)

    page.get_by_role("button", name="立即优化").click()
    expect(page.get_by_text("优化正在排队等候。")).to_be_visible()
    plan_runs.work(PlanRun.objects.live().get().pk, budget=MaxSteps(10_000))
    expect(page.get_by_text("找到了更好的计划，已经采用。").first).to_be_visible(timeout=10_000)
    page.set_viewport_size({"width": 1024, "height": 800})
    page.get_by_text("有4次上门不同").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_text(re.compile("^原因")).first.click()
    expect(page.get_by_text("有空的人里没有更近的").first).to_be_visible()
    assert_clean(page)
