"""The table of branches, and one branch."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from branches.faults import report_fault
from tests.make import Town, make_branch
from tests.web.region.conftest import Enter
from web.region.branches import open_days


def names(page: Any) -> list[str]:
    return [branch.code for branch in page.context["page"].object_list]


def test_stranger_is_sent_to_sign_in(client: Client, town: Town) -> None:
    assert client.get("/region/").status_code == 302
    assert client.get(f"/region/branches/{town.branch.code}/").status_code == 302


def test_officer_sees_the_region_and_nothing_else(town: Town, enter: Enter) -> None:
    both = {town.branch.code, town.gaoxin.code}
    assert set(names(enter(town.olga).get("/region/"))) == both
    assert set(names(enter(town.rita).get("/region/"))) == both
    assert names(enter(town.zoe).get("/region/")) == []
    assert names(enter(town.bob).get("/region/")) == [town.gaoxin.code]


@pytest.mark.parametrize("who", ["zoe", "bob"])
def test_branch_out_of_scope_is_not_there(town: Town, enter: Enter, who: str) -> None:
    answer = enter(getattr(town, who)).get(f"/region/branches/{town.branch.code}/")
    assert answer.status_code == 404


def test_search_filter_and_order(town: Town, enter: Enter) -> None:
    report_fault(
        facility=town.gaoxin.facilities.get(type__code="wheelchair"), words="", actor=town.olga
    )
    ordinary = make_branch(town.region, kind="ordinary", name_zh="钟楼支行", code="ZL-1")
    client = enter(town.olga)
    assert names(client.get("/region/?q=gaoxin")) == [town.gaoxin.code]
    assert names(client.get("/region/?q=钟楼")) == [ordinary.code]
    assert names(client.get("/region/?kind=ordinary")) == [ordinary.code]
    assert names(client.get("/region/?only=faults")) == [town.gaoxin.code]
    assert names(client.get("/region/?only=lacking")) == [town.gaoxin.code]
    assert names(client.get("/region/?sort=faults"))[0] == town.gaoxin.code
    assert "No branch fits these words." in client.get("/region/?q=nowhere").content.decode()


@pytest.mark.parametrize(
    "query", ["kind=castle", "sort=-code", "only=x", "page=99", "page=x", "q=" + "x" * 200]
)
def test_nonsense_in_the_address_breaks_nothing(town: Town, enter: Enter, query: str) -> None:
    assert enter(town.olga).get(f"/region/?{query}").status_code == 200


def test_table_costs_the_same_however_long(
    town: Town, enter: Enter, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make_branch(town.region)
    client = enter(town.olga)
    with django_assert_max_num_queries(6):
        client.get("/region/")


def test_branch_page_shows_what_it_has_and_lacks(town: Town, enter: Enter) -> None:
    town.branch.facilities.filter(type__code="magnifier").delete()
    page = enter(town.olga).get(f"/region/branches/{town.branch.code}/").content.decode()
    lacking = page.partition('id="lacking"')[2].partition("</section>")[0]
    assert "magnifier" in lacking
    assert "missing" in lacking
    assert "open 09:00 to 17:00" in page
    assert town.team[0].badge in page
    assert "40 in stock" in page


def test_reviewer_sees_the_branch_without_people_and_buttons(town: Town, enter: Enter) -> None:
    page = enter(town.rita).get(f"/region/branches/{town.branch.code}/").content.decode()
    assert town.branch.code in page
    assert town.team[0].badge not in page
    assert "/report/" not in page
    assert "/register/" not in page.replace("/register/photos/", "")
    assert f"/region/branches/{town.branch.code}/facilities/" not in page


def test_pages_are_only_read(town: Town, enter: Enter) -> None:
    assert enter(town.olga).post("/region/").status_code == 405
    assert enter(town.olga).post(f"/region/branches/{town.branch.code}/").status_code == 405


def test_hours_are_told_in_as_few_lines_as_possible(town: Town, enter: Enter) -> None:
    town.branch.hours.filter(weekday=5).update(closes="16:00")
    town.branch.hours.create(weekday=7, opens="10:00", closes="12:00")
    days = [run.days for run in open_days(town.branch)]
    assert len(days) == 3
    page = enter(town.olga).get(f"/region/branches/{town.branch.code}/").content.decode()
    assert "Monday to Thursday" in page
    assert "10:00 to 12:00" in page


def test_search_by_sound_district_and_sign(town: Town, enter: Enter) -> None:
    tower = make_branch(
        town.region,
        kind="ordinary",
        name_zh="钟楼支行",
        code="B-1",
        address="西安市碑林区东大街1号",
    )
    tower.demonstrations.create(status="applied", applied_by=town.martha)
    client = enter(town.olga)
    for typed in ("zhonglou", "Zhong Lou", "zlzh", "钟楼", "b-1", "东大街"):
        assert names(client.get("/region/", {"q": typed})) == [tower.code], typed
    assert names(client.get("/region/", {"q": "zhongluo"})) == []
    assert names(client.get("/region/", {"district": "碑林区"})) == [tower.code]
    assert names(client.get("/region/", {"sign": "applied"})) == [tower.code]
    assert names(client.get("/region/", {"sign": "granted", "q": "zl"})) == []


def test_list_leaves_as_a_file_with_the_filters_in_force(town: Town, enter: Enter) -> None:
    make_branch(town.region, kind="ordinary", name_en="=1+1", name_zh="=1+1", code="B-1")
    client = enter(town.olga)
    answer = client.get("/region/?kind=ordinary&format=csv")
    assert "attachment" in answer["Content-Disposition"]
    heading, *rows = answer.getvalue().decode("utf-8-sig").splitlines()
    assert heading.startswith("Code,Branch,Kind,District")
    assert [row.split(",")[:2] for row in rows] == [["B-1", "'=1+1"]]
    book = load_workbook(BytesIO(client.get("/region/?format=xlsx").getvalue()))
    assert {row[0].value for row in book.worksheets[0].iter_rows(min_row=2)} == {
        town.branch.code,
        town.gaoxin.code,
        "B-1",
    }
    assert town.branch.code not in enter(town.zoe).get("/region/?format=csv").getvalue().decode()


def test_map_says_what_the_list_beside_it_says(town: Town, enter: Enter) -> None:
    town.branch.facilities.filter(type__code="magnifier").delete()
    report_fault(
        facility=town.gaoxin.facilities.get(type__code="wheelchair"), words="", actor=town.olga
    )
    answer = enter(town.olga).get("/region/map/")
    assert {mark.branch.code: mark.kind for mark in answer.context["marks"]} == {
        town.branch.code: "lacking",
        town.gaoxin.code: "fault",
    }
    page = answer.content.decode()
    assert f'data-lat="{town.branch.latitude}"' in page
    assert "something is lacking" in page
    assert "<script>" not in page


def test_tiles_come_from_the_host_that_is_named_and_from_none_without(
    town: Town, enter: Enter, settings: Any
) -> None:
    client = enter(town.olga)
    assert "https:" not in client.get("/region/map/")["Content-Security-Policy"]
    settings.NUANBAN_MAP_TILES = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    policy = client.get("/region/map/")["Content-Security-Policy"]
    assert "img-src 'self' https://*.tiles.example " in policy
    assert policy.count("example") == 1
