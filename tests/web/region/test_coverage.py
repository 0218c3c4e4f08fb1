"""The matrix of branches and facilities."""

from typing import Any

from tests.make import Town, make_branch
from tests.web.region.conftest import Enter


def test_matrix_says_what_is_lacking(town: Town, enter: Enter) -> None:
    town.branch.facilities.filter(type__code="magnifier").delete()
    town.branch.facilities.filter(type__code="wheelchair").update(state="out_of_use")
    answer = enter(town.olga).get(f"/region/coverage/?q={town.branch.code}")
    [row] = answer.context["rows"]
    said = {
        kind.code: (square.words, square.tone)
        for kind, square in zip(answer.context["types"], row.squares, strict=True)
    }
    assert said["magnifier"] == ("missing", "bad")
    assert said["wheelchair"] == ("out of use", "bad")
    assert said["love-seat"] == ("good", "ok")


def test_what_an_ordinary_branch_never_promised_is_not_asked(town: Town, enter: Enter) -> None:
    branch = make_branch(town.region, kind="ordinary")
    branch.facilities.exclude(type__promised_everywhere=True).delete()
    [row] = enter(town.olga).get(f"/region/coverage/?q={branch.code}").context["rows"]
    assert {square.words for square in row.squares} == {"good", "not asked"}


def test_matrix_of_another_region_is_empty(town: Town, enter: Enter) -> None:
    answer = enter(town.zoe).get("/region/coverage/")
    assert answer.context["rows"] == []
    assert "No branch fits these words." in answer.content.decode()


def test_matrix_keeps_the_order_that_was_asked_for(town: Town, enter: Enter) -> None:
    town.gaoxin.facilities.all().delete()
    rows = enter(town.olga).get("/region/coverage/?sort=lacking").context["rows"]
    assert [row.line.branch for row in rows] == [town.gaoxin, town.branch]


def test_matrix_costs_the_same_however_long(
    town: Town, enter: Enter, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        make_branch(town.region)
    client = enter(town.olga)
    with django_assert_max_num_queries(9):
        client.get("/region/coverage/")
