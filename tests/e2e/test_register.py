"""A round through the branch with a phone: look, photograph, report, repair; in a real browser."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from branches import catalogue
from branches.models import FacilityFault, FacilitySighting
from tests.e2e.test_desk import PHONE, assert_clean, sign_in
from tests.make import Town, make_town
from tests.photos import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    catalogue.load()
    return town


def test_a_round_with_a_phone(page: Page, live_app: str, town: Town) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk = f"/desk/{town.branch.code}/"
    photo = FilePayload(name="IMG 1.jpg", mimeType="image/jpeg", buffer=picture((640, 480)))
    sign_in(page, live_app, town.martha.username, f"{desk}register/")
    assert_clean(page)

    # One tap, and only its own line changes.
    chair = town.branch.facilities.get(type__code="wheelchair")
    line = page.locator(f"#facility-{chair.pk}")
    page.evaluate("document.body.dataset.same = 'yes'")
    line.locator("button[name=facility]").click()
    expect(line).to_contain_text(town.martha.full_name)
    assert page.evaluate("document.body.dataset.same") == "yes"

    # With a photo.
    line.locator("h3 a").click()
    assert_clean(page)
    page.locator("input[value=needs_care]").check()
    page.locator("input[name=photo]").set_input_files(photo)
    page.locator("form[action$='/look/'] button[type=submit]").click()
    expect(page.locator(".nb-photo img")).to_have_count(2)
    shown = page.locator(".nb-photo img").first
    expect(shown).to_have_js_property("naturalWidth", 640)
    assert_clean(page)
    assert FacilitySighting.objects.count() == 2

    # Broken: two taps.
    page.goto(f"{live_app}{desk}faults/")
    page.locator(f"a[href='{desk}faults/{chair.pk}/']").click()
    assert_clean(page)
    page.locator("button[name=tile]").first.click()
    expect(page.locator(".nb-messages")).to_contain_text("轮椅")

    # Repaired, for now.
    page.goto(f"{live_app}{desk}register/faults/")
    assert_clean(page)
    page.locator("input[name=state][value=needs_care]").check()
    page.locator("input[name=reason]").fill("换了内胎")
    page.locator(".nb-close button[type=submit]").click()
    expect(page.locator(".nb-fault")).to_contain_text("换了内胎")
    fault = FacilityFault.objects.get()
    assert (fault.status, fault.facility.state) == ("repaired", "needs_care")


def test_pages_about_the_branch_are_clean(page: Page, live_app: str, town: Town) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    desk = f"/desk/{town.branch.code}/"
    sign_in(page, live_app, town.martha.username, f"{desk}register/hours/")
    assert_clean(page)
    for tail in ("register/sign/", "register/facts/", "staff/", f"staff/{town.team[0].pk}/"):
        page.goto(f"{live_app}{desk}{tail}")
        for fold in page.locator("main details > summary").all():
            fold.click()
        assert_clean(page)
