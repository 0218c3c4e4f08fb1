"""A finding put right on phones: the branch's cause, measures and photo; the region's re-check."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audits.models import Improvement
from audits.publishing import publish
from audits.states import ImprovementStatus
from tests.audits.make import World, make_improvement, small_document
from tests.e2e.test_desk import sign_in
from tests.e2e.test_region import assert_clean
from tests.make import Town, make_town
from tests.photos import picture

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 800}


@pytest.fixture
def world(transactional_db: None) -> World:
    town: Town = make_town()
    version = publish(document=small_document(code="elder-branch"), actor=None)
    # Alice works in the branch, so that measures may name her.
    town.team[0].user = town.alice
    town.team[0].save(update_fields=["user"])
    people = (town.martha, town.alice, town.olga, town.rita)
    return World(town.region, town.branch, *people, version)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "IMG_0002.jpg"
    file.write_bytes(picture((800, 600)))
    return file


@pytest.fixture
def open_as(browser: Browser, live_app: str) -> Iterator[Callable[[str, str], Page]]:
    """A phone of somebody's own, signed in."""
    phones = []

    def open_on_a_phone(username: str, target: str) -> Page:
        phones.append(browser.new_context(viewport=PHONE, locale="zh-CN"))  # type: ignore[arg-type]
        page = phones[-1].new_page()
        sign_in(page, live_app, username, target)
        page.goto(f"{live_app}{target}")
        return page

    yield open_on_a_phone
    for phone in phones:
        phone.close()


def test_from_the_cause_to_the_recheck(
    open_as: Callable[[str, str], Page], world: World, photo: Path
) -> None:
    row = make_improvement(world)
    address = f"/region/audits/improvements/{row.public_id}/"
    martha = open_as(world.martha.username, address)
    assert_clean(martha)
    martha.get_by_label("原因是什么？").fill("门框太旧")
    martha.get_by_role("button", name="完成分析").click()
    martha.get_by_label("准备怎么整改？").fill("换新门")
    martha.select_option("#id_owner", str(world.alice.pk))
    martha.get_by_role("button", name="确定举措").click()

    alice = open_as(world.alice.username, address)
    alice.get_by_label("做了什么？").fill("已换新门，净宽 905 毫米")
    alice.set_input_files("#id_photo", photo)
    alice.get_by_role("button", name="已整改").click()
    expect(alice.locator(".nb-proofs img")).to_have_count(1)

    olga = open_as(world.olga.username, address)
    olga.get_by_role("button", name="由我回检").click()
    olga.get_by_label("您看到了什么？").fill("现场测量 905 毫米")
    olga.set_input_files("#close #id_photo", photo)
    assert olga.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    olga.locator("#close").get_by_role("button", name="关闭").click()
    expect(olga.locator(".nb-page-head")).to_contain_text("已关闭")
    assert_clean(olga)
    closed = Improvement.objects.get()
    assert (closed.status, closed.fixed_by, closed.rechecked_by) == (
        ImprovementStatus.CLOSED,
        world.alice,
        world.olga,
    )
    assert closed.recheck_evidence != closed.fix_evidence
