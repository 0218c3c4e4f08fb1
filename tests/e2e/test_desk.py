"""A lobby morning on a tablet and on a phone, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from appointments.states import VisitStatus
from eldercare.models import Escort
from eldercare.models.service import Risk
from eldercare.states import EscortStatus
from foundation import clock
from tests.make import Town, by_customer, make_town, make_version, new_key
from workflow import due_steps

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}


@pytest.fixture
def town(transactional_db: None) -> Town:
    """Alice works under the first badge of Chengdong's team."""
    town = make_town()
    town.team[0].user = town.alice
    town.team[0].save(update_fields=["user"])
    return town


def sign_in(page: Page, live_app: str, username: str, target: str) -> None:
    page.goto(f"{live_app}{target}")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill("secret")
    page.locator("main button[type=submit]").click()


def assert_clean(page: Page) -> None:
    """No axe violation, nothing wider than the screen, no target that a thumb misses."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    small = page.locator("main a.nb-button:visible, main button:visible").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    )
    assert small == []


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_lobby_morning(page: Page, live_app: str, town: Town, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    desk = f"/desk/{town.branch.code}/"
    sign_in(page, live_app, town.alice.username, "/desk/")
    expect(page).to_have_url(f"{live_app}{desk}")
    assert_clean(page)

    # Two taps: who, and what for.
    page.locator(f"a[href='{desk}arrivals/who/']").click()
    assert_clean(page)
    page.locator("button[value=lady]").click()
    assert_clean(page)
    page.locator("button[name=service]").first.click()
    expect(page.locator(".nb-person")).to_have_count(1)
    assert_clean(page)

    # I go.
    page.locator(".nb-person button[name=assistant]").click()
    expect(page.locator(".nb-person__with")).to_contain_text(town.team[0].name)

    # Done, with a care kit.
    page.locator(".nb-person__do a").click()
    assert_clean(page)
    page.locator(".nb-toggle", has=page.locator("input[name=kit_given]")).click()
    page.locator("form[action$='/finish/'] button[type=submit]").click()
    expect(page.locator(".nb-person")).to_have_count(0)
    escort = Escort.objects.get()
    assert (escort.status, escort.kit_given) == (EscortStatus.DONE, True)


def test_the_board_refreshes_itself(page: Page, live_app: str, town: Town) -> None:
    from eldercare import escorts

    sign_in(page, live_app, town.alice.username, "/desk/")
    expect(page.locator(".nb-person")).to_have_count(0)
    escorts.log_arrival(
        client_key="from another tablet",
        branch=town.branch,
        service_version=town.version,
        actor=town.martha,
        nickname="lady in red",
    )
    expect(page.locator(".nb-person__name")).to_have_text("lady in red", timeout=15_000)


def test_a_board_without_network_says_so(page: Page, live_app: str, town: Town) -> None:
    sign_in(page, live_app, town.alice.username, "/desk/")
    expect(page.locator("#offline")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible(timeout=15_000)
    assert_clean(page)
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden(timeout=15_000)


def test_the_desk_works_without_javascript(browser: object, live_app: str, town: Town) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    page: Page = context.new_page()
    sign_in(page, live_app, town.alice.username, "/desk/")
    page.goto(f"{live_app}/desk/{town.branch.code}/arrivals/what/?kind=gentleman")
    page.locator("button[name=service]").first.click()
    expect(page.locator(".nb-person")).to_have_count(1)
    context.close()


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_broken_wheelchair_in_two_taps(
    page: Page, live_app: str, town: Town, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    wheelchair = town.branch.facilities.get(type__code="wheelchair")
    desk = f"/desk/{town.branch.code}/"
    sign_in(page, live_app, town.alice.username, f"{desk}faults/")
    assert_clean(page)
    page.locator(f"a[href='{desk}faults/{wheelchair.pk}/']").click()
    assert_clean(page)
    page.locator("button[name=tile]").first.click()
    expect(page.locator(".nb-tile--still")).to_have_count(1)
    assert_clean(page)
    for tab in ("visits", "steps", "kits"):
        page.goto(f"{live_app}{desk}{tab}/")
        assert_clean(page)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_visit_from_approval_to_the_table(
    page: Page, live_app: str, town: Town, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    visit = risky_visit(town)
    card = f"#visit-{visit.public_id}"
    desk = f"/desk/{town.branch.code}/"
    sign_in(page, live_app, town.martha.username, f"{desk}visits/")
    assert_clean(page)
    page.locator(f"{card} form button").click()
    expect(page).to_have_url(f"{live_app}{desk}visits/{visit.public_id}/")
    assert_clean(page)

    announce_now(visit)
    page.reload()
    assert_clean(page)
    for step in ("set-off", "arrive"):
        page.locator(f"form[action$='/{step}/'] button").click()
    page.locator("form[action$='/reveal/'] button").click()
    expect(page.locator(".nb-code")).to_have_text(visit.staff_code)
    assert_clean(page)

    page.locator("#said").fill("1")
    page.locator("form[action$='/code/'] button").click()
    expect(page.locator("#error")).to_be_visible()
    assert_clean(page)
    page.locator("#said").fill(visit.customer_code)
    page.locator("form[action$='/code/'] button").click()
    assert_clean(page)
    page.locator("form[action$='/finish/'] button").click()
    visit.refresh_from_db()
    assert visit.status == VisitStatus.DONE


def risky_visit(town: Town) -> HomeVisit:
    """Grandma Li asks for something that the branch manager has to approve."""
    version = make_version(region=town.region, risk=Risk.HIGH)
    [first, *_rest] = next_windows(town.branch, demand_for(town.grandmother, version))
    return book_visit(
        customer=town.grandmother,
        version=version,
        window_start=first.start,
        key=new_key(),
        asker=by_customer(),
    )


def announce_now(visit: HomeVisit) -> None:
    """Hurry the clock to the visit's own time; the due steps do the rest."""
    clock.hurry(visit.starts_at - clock.now())
    due_steps.act_on_due()
