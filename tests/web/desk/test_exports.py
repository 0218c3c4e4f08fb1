"""Each list of the desk leaves as the page shows it: in scope, with the filters of the address."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from branches import leave, supplies
from branches.models import StockItem
from branches.stock import hand_out_kit
from tests.make import TODAY, Town
from tests.web.desk.conftest import Enter


@pytest.fixture
def martha(town: Town, enter: Enter) -> Client:
    kit = StockItem.objects.get(code="care-kit")
    hand_out_kit(key="one", branch=town.branch, actor=town.alice)
    supplies.ask(branch=town.branch, item=kit, quantity=5, actor=town.alice)
    day = TODAY + timedelta(days=29)
    leave.ask(staff=town.team[0], first=day, last=day, actor=town.alice)
    return enter(town.martha)


def lines(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_lists_of_the_desk_as_files(town: Town, martha: Client) -> None:
    desk = f"/desk/{town.branch.code}"
    kit = StockItem.objects.get(code="care-kit")
    heads, *shelf = lines(martha, f"{desk}/stock/?format=csv")
    assert heads[:2] == ["Item", "There"]
    assert kit.name_en in [line[0] for line in shelf]
    _heads, *moved = lines(martha, f"{desk}/stock/ledger/?format=csv&item={kit.pk}")
    assert {line[1] for line in moved} == {kit.name_en}
    assert "-1" in {line[3] for line in moved}
    [_heads, asked] = lines(martha, f"{desk}/stock/requests/?format=csv")
    assert asked[1:3] == [kit.name_en, "5"]
    [_heads, away] = lines(martha, f"{desk}/roster/leave/?format=csv")
    assert away[0] == town.team[0].name
    heads, *people = lines(martha, f"{desk}/roster/?format=csv")
    assert (len(heads), len(people)) == (9, town.branch.staff.active().count())
    assert people[0][2] == "09:00-17:00"
    heads, *_rows = lines(martha, f"{desk}/stock/expiry/?format=csv")
    assert heads[0] == "Day"


def test_the_regions_lists_as_files_with_their_filters(
    town: Town, martha: Client, enter: Enter
) -> None:
    olga = enter(town.olga)
    [_heads, asked] = lines(olga, "/region/supplies/?format=csv")
    assert asked[0] == town.branch.name_en
    assert len(lines(olga, f"/region/supplies/?format=csv&branch={town.gaoxin.code}")) == 1
    assert len(lines(enter(town.zoe), "/region/supplies/?format=csv")) == 1
    assert lines(olga, "/region/expiry/?format=csv")[0][1] == "Branch"
