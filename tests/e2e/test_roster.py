"""The week in a real browser: a cell changed in place, and one sheet of paper for twelve people."""

import random
import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import Page, expect

from branches.models import Branch, RosterException
from branches.week import monday_of
from demo.population import staff_branch
from foundation import clock
from tests.e2e.test_desk import PHONE, TABLET, assert_clean, sign_in
from tests.make import Town, make_branch, make_town

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def twelve(town: Town) -> Branch:
    """A branch of twelve people that Martha leads, with something to say in every cell."""
    branch = make_branch(town.region)
    people = staff_branch(branch, 12, random.Random(12))
    RosterException.objects.bulk_create(
        RosterException(
            staff=person,
            day=monday_of(clock.today()) + timedelta(days=n),
            starts=time(9, 30),
            ends=time(16, 30),
            reason="替同事顶班",
        )
        for person in people
        for n in range(5)
    )
    town.martha.branches.add(branch)
    return branch


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_cell_is_changed_where_it_stands(
    page: Page, live_app: str, town: Town, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    # Next week: every day of it is still to come.
    sign_in(page, live_app, town.martha.username, f"/desk/{town.branch.code}/roster/")
    page.locator("a[rel=next]").click()
    assert_clean(page)
    address = page.url
    cell = page.locator("tbody tr").first.locator("td").first
    cell.locator("a").click()
    form = cell.locator(".nb-dayform")
    expect(form.locator("input[name=starts]")).to_be_focused()
    assert_clean(page)

    # Beyond closing time: the words and what was typed stay in the cell.
    form.locator("input[name=ends]").fill("18:30")
    form.locator("input[name=reason]").fill("培训")
    form.locator("button[type=submit]").first.click()
    expect(cell.locator(".nb-error")).to_be_visible()
    expect(cell.locator("input[name=ends]")).to_have_value("18:30")
    assert not RosterException.objects.exists()

    cell.locator("input[name=ends]").fill("16:30")
    cell.locator("button[type=submit]").first.click()
    expect(cell).to_contain_text("9:00–16:30")
    expect(cell).to_contain_text("培训")
    assert page.url == address
    assert RosterException.objects.get().ends is not None
    assert_clean(page)


def test_week_of_twelve_people_is_one_sheet(
    page: Page, live_app: str, town: Town, twelve: Branch
) -> None:
    sign_in(page, live_app, town.martha.username, f"/desk/{twelve.code}/roster/")
    expect(page.locator("tbody tr")).to_have_count(12)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    [box] = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", sheet))
    # A4 across, in points.
    assert [round(float(side)) for side in box] == [842, 595]
