"""One screen an item: complete, in order, in few queries, and easy to resume."""

from typing import Any
from uuid import uuid4

import pytest

from audits.evidence import Target, add_record
from audits.judging import Verdict
from audits.models import ChecklistItem
from audits.sheets import next_item, sheet
from tests.audits.make import bundled_document, make_inspection, make_world, narrow, say

pytestmark = pytest.mark.django_db


def test_a_line_says_all_about_its_item() -> None:
    world = make_world()
    inspection = make_inspection(world)
    say(inspection, "X2", narrow(), note="left leaf")
    add_record(
        client_id=uuid4(),
        target=Target(inspection, ChecklistItem.objects.get(code="Y1")),
        words="plan of 2019",
        actor=world.rita,
    )
    lines = {line.item.code: line for line in sheet(inspection)}
    assert list(lines) == ["X1", "X2", "Y1", "Y2"]
    assert lines["X1"].answer is None
    assert lines["X1"].judgement is None
    assert lines["X2"].answer is not None
    assert lines["X2"].answer.note == "left leaf"
    assert lines["X2"].judgement is not None
    assert lines["X2"].judgement.verdict == Verdict.FAIL
    assert [row.words for row in lines["Y1"].evidence] == ["plan of 2019"]
    assert lines["Y1"].section.name.en == "second"


def test_72_items_in_six_queries(django_assert_num_queries: Any) -> None:
    inspection = make_inspection(make_world(bundled_document()))
    say(inspection, "E1")
    with django_assert_num_queries(5):
        lines = {line.item.code: line for line in sheet(inspection)}
    assert len(lines) == 72
    assert lines["E1"].proposals == ()
    assert [one.value for one in lines["I2"].proposals] == [{"value": "2", "unit": "piece"}]


def test_the_next_item_goes_round_and_ends() -> None:
    inspection = make_inspection(make_world())

    def after(code: str = "") -> str | None:
        item = next_item(inspection, code)
        return item.code if item else None

    assert after() == "X1"
    say(inspection, "X1")
    say(inspection, "Y2")
    assert [after(), after("X2"), after("Y1"), after("Y2")] == ["X2", "Y1", "X2", "X2"]
    say(inspection, "X2")
    say(inspection, "Y1")
    assert after("X1") is None
