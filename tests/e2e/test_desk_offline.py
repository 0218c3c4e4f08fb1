"""The desk with its network really cut: what is logged stays on the tablet and is sent once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from eldercare import escorts
from eldercare.models import Escort, KeptAction
from eldercare.states import EscortStatus
from tests.e2e.network import Network
from tests.e2e.test_desk import sign_in
from tests.make import Town, make_town, new_key

pytestmark = pytest.mark.browser


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = make_town()
    town.team[0].user = town.alice
    town.team[0].save(update_fields=["user"])
    return town


@pytest.fixture
def network(live_app: str) -> Iterator[Network]:
    network = Network(live_app)
    yield network
    network.close()


def open_board(page: Page, network: Network, town: Town) -> str:
    """Sign in and wait until the tablet could go on alone."""
    board = f"{network.url}/desk/{town.branch.code}/"
    sign_in(page, network.url, town.alice.username, f"/desk/{town.branch.code}/")
    page.goto(board)
    page.evaluate(
        """async () => {
            const ready = async () =>
                navigator.serviceWorker.controller &&
                (await caches.match(`${location.pathname}kept/`, { ignoreVary: true })) &&
                (await caches.match("/static/web/js/kept/store.js", { ignoreVary: true }));
            for (let tries = 0; tries < 800; tries += 1) {
                if (await ready()) return;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            const shell = await caches.open("nuanban-desk-shell");
            const kept = (await shell.keys()).map((one) => one.url);
            throw new Error(`Not ready: ${kept}, ${navigator.serviceWorker.controller}`);
        }"""
    )
    return board


def test_a_morning_without_a_network(
    context: BrowserContext, page: Page, network: Network, town: Town
) -> None:
    lady = escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        actor=town.alice,
        nickname="lady in red",
    )
    board = open_board(page, network, town)
    page.goto(f"{board}arrivals/what/?kind=gentleman")
    network.cut()
    # The form that was just being sent is kept.
    page.locator(".nb-tile").first.click()
    expect(page.locator("#kept-count")).to_have_text("1")
    # Another one, on the kept page itself; and the lady is taken.
    page.fill("#nickname", "老先生")
    page.locator("#kept-arrive .nb-tile").first.click()
    expect(page.locator("#kept-count")).to_have_text("2")
    page.locator("article", has_text="lady in red").locator("button").click()
    expect(page.locator("#kept-count")).to_have_text("3")
    assert Escort.objects.count() == 1
    # The tab is closed and opened again, still without a network.
    page.close()
    page = context.new_page()
    page.goto(board)
    expect(page.locator("#kept-count")).to_have_text("3")
    expect(page.locator("article", has_text="lady in red")).to_contain_text(town.team[0].name)
    # Somebody else takes her meanwhile.
    escorts.take(escort=lady, assistant=town.team[1], actor=town.martha)
    network.mend()
    expect(page.locator("#kept-count")).to_have_text("0", timeout=45_000)
    assert Escort.objects.count() == 3
    assert set(Escort.objects.values_list("nickname", "status")) == {
        ("lady in red", EscortStatus.ACCOMPANIED),
        ("先生", EscortStatus.WAITING),
        ("老先生", EscortStatus.WAITING),
    }
    assert KeptAction.objects.filter(outcome="done").count() == 2
    # Nothing silently won: the conflict is there until a person has seen to it.
    page.goto(board)
    expect(page.locator(".nb-notice--bad")).to_contain_text("lady in red")
    page.get_by_role("button", name="我已处理").click()
    expect(page.locator(".nb-notice--bad")).to_have_count(0)
    assert KeptAction.objects.get(outcome="settled").settled_by == town.alice


def test_an_ended_session_keeps_the_lines_and_says_so(
    context: BrowserContext, page: Page, network: Network, town: Town
) -> None:
    board = open_board(page, network, town)
    network.cut()
    page.goto(board)
    page.fill("#nickname", "老先生")
    page.locator("#kept-arrive .nb-tile").first.click()
    context.clear_cookies()
    network.mend()
    expect(page.locator("#kept-state")).to_contain_text("登录", timeout=45_000)
    expect(page.locator("#kept-count")).to_have_text("1")
    sign_in(page, network.url, town.alice.username, f"/desk/{town.branch.code}/")
    expect(page.locator(".nb-person", has_text="老先生")).to_have_count(1, timeout=45_000)
    assert Escort.objects.get().nickname == "老先生"
