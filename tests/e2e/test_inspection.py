"""One audit on a phone, from the plan to the result, with the network really cut in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from audits.disputes import disputes
from audits.models import Answer, Evidence, Finding, Inspection
from audits.publishing import publish
from audits.states import InspectionStatus
from tests.audits.make import narrow, say, small_document
from tests.e2e.network import Network
from tests.e2e.test_desk import sign_in
from tests.make import Town, make_town
from tests.photos import notes, picture

pytestmark = pytest.mark.browser

WIDTH = 390
LATITUDE, LONGITUDE = 34.2731, 108.9512


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    publish(document=small_document(code="elder-branch"), actor=None)
    return town


@pytest.fixture
def network(live_app: str) -> Iterator[Network]:
    network = Network(live_app)
    yield network
    network.close()


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    """A photo larger than a screen needs, with the camera's notes in it."""
    file = tmp_path / "IMG_0001.jpg"
    file.write_bytes(picture((2400, 1800), exif=notes("Olga's phone")))
    return file


@pytest.fixture
def phone(browser: Browser, network: Network) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 800},
        locale="zh-CN",
        geolocation={"latitude": LATITUDE, "longitude": LONGITUDE},
        permissions=["geolocation"],
    )
    yield context
    context.close()


def ready_to_go_alone(page: Page) -> None:
    page.evaluate(
        """async () => {
            const home = location.pathname.match(/^.*inspections\\/[^/]+\\//)[0];
            for (let tries = 0; tries < 300; tries += 1) {
                const found = await Promise.all(
                    [`${home}kept/`, `${home}kept/answers`, "/static/web/js/inspect/kept.js"].map(
                        (one) => caches.match(one, { ignoreVary: true }),
                    ),
                );
                if (navigator.serviceWorker.controller && found.every(Boolean)) return;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            const kept = (await caches.open("nuanban-desk-shell").then((one) => one.keys()));
            throw new Error(`${navigator.serviceWorker.controller} ${kept.map((one) => one.url)}`);
        }"""
    )


def no_wider_than_the_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def save(page: Page, millimetres: str) -> None:
    form = page.locator("form[data-item]:visible")
    form.locator("[name=r-width]").fill(millimetres)
    form.get_by_role("button", name="保存，继续下一项").click()


def test_an_audit_on_a_phone_from_plan_to_result(
    town: Town, network: Network, phone: BrowserContext, camera: Path
) -> None:
    page = phone.new_page()
    sign_in(page, network.url, town.olga.username, "/region/")
    calendar = f"{network.url}/region/audits/inspections/"
    # Planned: a visit that the branch does not know of.
    page.goto(f"{calendar}new/?branch={town.branch.code}")
    page.get_by_label("抽查").check()
    page.select_option("#id_branch", town.branch.code)
    page.select_option("#id_inspector", str(town.olga.pk))
    page.get_by_role("button", name="安排").click()
    page.get_by_role("button", name="开始检查").click()
    inspection = Inspection.objects.get()
    home = f"{calendar}{inspection.public_id}/"
    page.wait_for_url(home)
    no_wider_than_the_phone(page)
    ready_to_go_alone(page)

    _a_photo_made_smaller(page, home, camera)
    page = _without_a_network(phone, page, network, home, camera)
    # Meanwhile another phone answers one of the items.
    say(inspection, "X2", narrow(890), seen=[])
    network.mend()
    expect(page.locator("#kept-count")).to_have_text("0", timeout=20_000)
    assert Answer.objects.count() == 5
    assert Evidence.objects.count() == 2
    assert list(disputes(inspection)) == ["X2"]

    # Nothing silently won: a person says what holds.
    page.get_by_role("link", name="联网继续").click()
    page.wait_for_url(home)
    page.get_by_role("link", name="X2", exact=True).click()
    expect(page.locator(".nb-item [role=alert]")).to_contain_text("890 毫米")
    save(page, "910")
    page.wait_for_url(f"{home}items/Y2/")
    save(page, "940")
    page.wait_for_url(home)

    _both_sign(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".nb-figures")).to_contain_text("75.0%")
    no_wider_than_the_phone(page)
    inspection.refresh_from_db()
    assert inspection.status == InspectionStatus.SUBMITTED
    assert len(inspection.signatures.get(side="inspector").strokes[0]) > 2
    assert Finding.objects.values_list("item__code", flat=True)[0] == "X1"


def _a_photo_made_smaller(page: Page, home: str, camera: Path) -> None:
    page.get_by_role("link", name="从第一项开始").click()
    no_wider_than_the_phone(page)
    page.set_input_files("form[data-item] input[type=file]", camera)
    expect(page.locator("[data-photo-state]")).to_contain_text("照片已准备好")
    save(page, "850")
    page.wait_for_url(f"{home}items/X2/")
    [proof] = Evidence.objects.all()
    assert (proof.width, proof.height) == (2048, 1536)
    assert (proof.latitude, proof.longitude) == (LATITUDE, LONGITUDE)
    assert proof.taken_at is not None


def _without_a_network(
    phone: BrowserContext, page: Page, network: Network, home: str, camera: Path
) -> Page:
    # The network goes while an item is being sent: it is kept, and the next one follows.
    network.cut()
    save(page, "910")
    page.wait_for_url(f"{home}items/Y1/")
    expect(page.locator("#kept-count")).to_have_text("1")
    no_wider_than_the_phone(page)
    page.set_input_files("form[data-item]:visible input[type=file]", camera)
    expect(page.locator("[data-photo-state]:visible")).to_contain_text(
        "照片已准备好", timeout=20_000
    )
    save(page, "920")
    page.wait_for_url(f"{home}items/Y2/")
    # Closed and opened again, still without a network; a changed mind is one more answer.
    page.close()
    page = phone.new_page()
    page.goto(f"{home}items/Y1/")
    expect(page.locator("form[data-item]:visible [name=r-width]")).to_have_value("920")
    save(page, "930")
    page.wait_for_url(f"{home}items/Y2/")
    expect(page.locator("#kept-count")).to_have_text("3")
    assert Answer.objects.count() == 1
    return page


def _both_sign(page: Page) -> None:
    sign = page.locator("form", has=page.locator("input[name=side][value=inspector]"))
    sign.get_by_label("我已看过").check()
    pane = sign.locator("canvas").bounding_box()
    assert pane
    page.mouse.move(pane["x"] + 20, pane["y"] + 20)
    page.mouse.down()
    page.mouse.move(pane["x"] + 120, pane["y"] + 60, steps=5)
    page.mouse.up()
    sign.get_by_role("button", name="签字").click()
    sign = page.locator("form", has=page.locator("input[name=side][value=branch]"))
    sign.get_by_label("网点签字人姓名").fill("王经理")
    sign.get_by_label("我已看过").check()
    sign.get_by_role("button", name="签字").click()
