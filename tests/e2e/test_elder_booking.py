"""Grandmother books in a real browser: on every screen, without JavaScript, by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from appointments.models import HomeVisit
from appointments.states import VisitStatus
from eldercare.models import Escort
from tests.make import Town, make_daughter, make_town
from workflow.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# 1280 × 1024 at 400 % zoom is 320 × 256.
SCREENS = {"zoomed": (320, 256), "small": (320, 640), "phone": (390, 844), "desk": (1024, 768)}
# Where the columns are fewest and where they are most: axe looks at both.
NARROW, WIDE = "zoomed", "desk"
RULES = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
BIG = 60
# What is too small: targets lower than ``big`` pixels, and words of less than 20.
TOO_SMALL = """big => {
    const seen = e => e.checkVisibility({visibilityProperty: true});
    const low = [...document.querySelectorAll("main a, main button, main input")]
        .filter(e => seen(e) && e.getBoundingClientRect().height < big - 0.5);
    const tiny = [...document.querySelectorAll("main *")].filter(e =>
        [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
        && parseFloat(getComputedStyle(e).fontSize) < 20
        && seen(e) && !e.matches(".nb-hidden"));
    return [...low, ...tiny].map(e => e.outerHTML);
}"""


@pytest.fixture
def town(transactional_db: None) -> Town:
    return make_town()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A small page in a browser that runs no script; axe waits for timers there in vain."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def assert_clean(page: Page) -> None:
    """On every screen: nothing that axe finds, nothing too wide, no small type or target."""
    for screen in SCREENS:
        assert_clean_on(page, screen)


def assert_clean_on(page: Page, screen: str) -> None:
    """The same on one screen."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, screen)
    assert page.evaluate(TOO_SMALL, BIG) == [], (page.url, screen)
    if screen in (NARROW, WIDE):
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def assert_clean_without_scripts(plain: Page, checker: Page) -> None:
    """What stands in the browser without scripts, shown to axe in one that runs axe's alone."""
    html = re.sub(r"<script\b.*?</script>", "", plain.content(), flags=re.DOTALL)
    address = plain.url
    checker.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    checker.goto(address)
    assert_clean_on(checker, NARROW)
    checker.unroute(address)


def sign_in(
    page: Page, live_app: str, number: str, target: str = "/", *, clean: bool = False
) -> None:
    page.goto(f"{live_app}/sign-in/?next={target}")
    if clean:
        assert_clean(page)
    page.locator("#id_phone").fill(number)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#id_code")).to_be_visible()
    if clean:
        assert_clean(page)
    found = re.search(r"\d{6}", Message.objects.filter(kind="sign_in_code").latest("pk").body)
    assert found
    page.locator("#id_code").fill(found.group())
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(f"{live_app}{target}")


def test_grandmother_books_and_cancels(page: Page, live_app: str, town: Town) -> None:
    sign_in(page, live_app, town.grandmother.phone, clean=True)
    assert_clean(page)
    page.locator("a.nb-door").first.click()
    assert_clean(page)
    page.locator("a.nb-pick").first.click()
    assert_clean(page)
    page.locator("a[href*='/day/']").click()
    assert_clean(page)
    page.locator("a.nb-pick").last.click()
    assert_clean(page)
    page.locator("button.nb-pick").last.click()
    assert_clean(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".nb-notice--ok")).to_be_visible()
    assert_clean(page)
    visit = HomeVisit.objects.get()
    assert visit.status == VisitStatus.APPROVED

    HomeVisit.objects.update(status=VisitStatus.PLANNED)
    page.reload()
    expect(page.locator(".nb-code__figures").first).to_have_text(visit.staff_code)
    assert_clean(page)

    booking = page.url
    page.locator("a[href$='/share/']").click()
    assert_clean(page)
    page.goto(page.locator("#link").input_value())
    expect(page.locator(".nb-who")).to_have_count(2)
    assert_clean(page)
    page.goto(booking)

    page.locator("a[href$='/cancel/']").click()
    assert_clean(page)
    page.locator("a.nb-pick").first.click()
    assert_clean(page)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(f"{live_app}/bookings/")
    assert_clean(page)
    visit.refresh_from_db()
    assert visit.status == VisitStatus.CANCELLED


def test_waiting_list_is_clean(page: Page, live_app: str, town: Town) -> None:
    sign_in(page, live_app, town.grandmother.phone)
    page.locator("a.nb-door").first.click()
    page.locator("a.nb-pick").first.click()
    page.locator("a[href*='/day/']").click()
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(f"{live_app}/bookings/")
    assert_clean(page)


def test_daughter_books_company(page: Page, live_app: str, town: Town) -> None:
    daughter = make_daughter(town.grandmother)
    sign_in(page, live_app, daughter.phone, "/escorts/new/")
    assert_clean(page)
    page.locator("main .nb-place a.nb-button--primary").first.click()
    assert_clean(page)
    page.locator("a.nb-pick").first.click()
    page.locator("button.nb-pick").first.click()
    assert_clean(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".nb-who")).to_be_visible()
    assert_clean(page)
    assert Escort.objects.get().representative == daughter

    page.locator("a[href$='/move/']").click()
    page.locator("button.nb-pick").last.click()
    assert_clean(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".nb-notice--ok")).to_be_visible()
    statuses = Escort.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["cancelled", "booked"]


def test_everything_works_without_javascript(
    plain: Page, page: Page, live_app: str, town: Town
) -> None:
    sign_in(plain, live_app, town.grandmother.phone)
    for target in ("a.nb-door", "a.nb-pick", "button.nb-pick", "main form button[type=submit]"):
        assert_clean_without_scripts(plain, page)
        plain.locator(target).first.click()
    expect(plain.locator(".nb-notice--ok")).to_be_visible()
    assert_clean_without_scripts(plain, page)
    plain.locator("a[href$='/move/']").click()
    plain.locator("button.nb-pick").last.click()
    plain.locator("main form button[type=submit]").click()
    expect(plain.locator(".nb-notice--ok")).to_be_visible()
    statuses = HomeVisit.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [VisitStatus.MOVED, VisitStatus.APPROVED]
    plain.locator(".nb-display summary").click()
    plain.locator("button[name=size][value=larger]").click()
    expect(plain.locator("html")).to_have_attribute("data-size", "larger")


def test_back_loses_nothing(page: Page, live_app: str, town: Town) -> None:
    sign_in(page, live_app, town.grandmother.phone)
    page.locator("a.nb-door").first.click()
    page.locator("a.nb-pick").first.click()
    page.locator("button.nb-pick").first.click()
    expect(page).to_have_url(re.compile("/check/"))
    first = page.url
    page.go_back()
    page.locator("button.nb-pick").nth(1).click()
    expect(page).to_have_url(re.compile("/check/.*service="))
    assert page.url != first
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".nb-notice--ok")).to_be_visible()
    page.go_back()
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/bookings/|/check/"))
    assert HomeVisit.objects.count() == 1


def test_returning_customer_needs_few_taps_and_no_letter(
    page: Page, live_app: str, town: Town
) -> None:
    """Counted by the browser itself, from the first page after signing in; printed with ``-s``."""
    sign_in(page, live_app, town.grandmother.phone)
    count = "sessionStorage[name] = 1 + Number(sessionStorage[name] || 0)"
    page.add_init_script(
        "for (const [event, name] of [['click', 'taps'], ['input', 'typed']])"
        f" addEventListener(event, () => {{ {count} }}, true)"
    )
    page.reload()
    for target in ("a.nb-door", "a.nb-pick", "button.nb-pick", "main form button[type=submit]"):
        page.locator(target).first.click()
    expect(page.locator(".nb-notice--ok")).to_be_visible()
    assert HomeVisit.objects.count() == 1
    taps, typed = (
        int(page.evaluate("name => sessionStorage[name] || 0", name)) for name in ("taps", "typed")
    )
    print(f"a returning customer books with {taps} taps and {typed} characters typed")
    assert 1 <= taps <= 6
    assert typed == 0


def test_keyboard_alone_is_enough(page: Page, live_app: str, town: Town) -> None:
    sign_in(page, live_app, town.grandmother.phone)
    for target in ("a.nb-door", "a.nb-pick", "button.nb-pick", "main form button[type=submit]"):
        tab_to(page, target)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    expect(page.locator(".nb-notice--ok")).to_be_visible()
    assert HomeVisit.objects.count() == 1


def test_first_tab_skips_to_the_content(page: Page, live_app: str, town: Town) -> None:
    page.goto(live_app)
    page.keyboard.press("Tab")
    expect(page.locator(".nb-skip")).to_be_focused()
    expect(page.locator(".nb-skip")).to_be_in_viewport()


@pytest.mark.parametrize("look", ["normal.normal", "larger.normal", "normal.high", "larger.high"])
def test_every_look_is_clean(page: Page, live_app: str, town: Town, look: str) -> None:
    page.context.add_cookies([{"name": "nuanban_display", "value": look, "url": live_app}])
    for address in ("/", "/sign-in/", "/escorts/new/", "/no-such-page/"):
        page.goto(f"{live_app}{address}")
        for scheme in ("light", "dark"):
            # Without motion: colours that are still on their way would be measured.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert_clean_on(page, NARROW)


def test_text_size_changes_at_once_and_keeps_what_is_typed(
    page: Page, live_app: str, town: Town
) -> None:
    page.goto(f"{live_app}/sign-in/")
    page.locator("#id_phone").fill("138 0000")
    page.locator(".nb-display summary").click()
    with page.expect_response("**/display/"):
        page.locator("button[name=size][value=larger]").click()
    expect(page.locator("html")).to_have_attribute("data-size", "larger")
    expect(page.locator("#id_phone")).to_have_value("138 0000")
    page.goto(live_app)
    expect(page.locator("html")).to_have_attribute("data-size", "larger")


@pytest.mark.parametrize("face", ["elder", "desk", "region"])
def test_component_page_is_clean(page: Page, live_app: str, town: Town, face: str) -> None:
    page.goto(f"{live_app}/styleguide/?face={face}")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the first of ``target`` has the focus, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(target).first.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached by Tab on {page.url}")
