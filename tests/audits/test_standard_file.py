"""A standard is data that is read strictly: every wrong line is named."""

from pathlib import Path
from typing import Any

import pytest

from audits.nodes import load_text
from audits.standard import Seen, SourceGrade
from audits.standard_file import StandardInvalid, parse, read_file
from tests.audits.make import bundled_standard, item_document, small_document


def problems_of(document: Any) -> list[str]:
    with pytest.raises(StandardInvalid) as refusal:
        parse(document)
    found: list[str] = refusal.value.data["problems"]
    return found


def test_the_bundled_standard_holds_the_72_items() -> None:
    standard = bundled_standard()
    assert (len(standard.items), len(standard.sections)) == (72, 17)
    assert [rule.code for rule in standard.grades] == [
        "ordinary",
        "elder_friendly",
        "demonstration",
    ]
    assert len([item for item in standard.items if item.grade == SourceGrade.LAW]) == 25
    assert all(item.must for item in standard.items if item.grade == SourceGrade.LAW)


def test_every_item_names_its_instrument_and_clause() -> None:
    for item in bundled_standard().items:
        assert item.source.instrument.zh, item.code
        assert item.source.clause, item.code
        # What we have not read is marked, and may not be called law.
        if item.source.seen in (Seen.WEAK, Seen.NOT_SEEN):
            assert item.grade != SourceGrade.LAW, item.code


def test_a_ratio_stays_a_ratio_and_no_stays_no() -> None:
    assert load_text("{slope: 1:12, sign: no}") == {"slope": "1:12", "sign": "no"}


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x-1.yaml"
    path.write_text("code: x\ncode: y\n")
    with pytest.raises(StandardInvalid) as refusal:
        read_file(path)
    assert "stands here twice" in refusal.value.data["problems"][0]


def test_a_file_must_be_named_after_what_it_holds(tmp_path: Path) -> None:
    import json

    path = tmp_path / "small-2.yaml"
    path.write_text(json.dumps(small_document()))
    with pytest.raises(StandardInvalid) as refusal:
        read_file(path)
    assert refusal.value.data["problems"] == ["small-2.yaml: must be named small-1.yaml"]


def reading(**overrides: Any) -> list[dict[str, Any]]:
    [one] = item_document()["readings"]
    return [one | overrides]


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (
            {"readings": reading(unit="kg")},
            "items[X1].readings[width].unit: 'kg' does not measure a length: use mm, cm, m",
        ),
        ({"weight": "4"}, "items[X1].weight: must be a whole number from 1 to 3, not '4'"),
        ({"must": "yes"}, "items[X1].must: must be true or false, not 'yes'"),
        (
            {"grade": "statute"},
            "items[X1].grade: 'statute' is none of law, recommended, article, proposal",
        ),
        ({"what": {"zh": "门"}}, "items[X1].what.en: is missing"),
        ({"wieght": "2"}, "items[X1].wieght: is not a known key"),
        (
            {"readings": reading(at_least="1000", at_most="900")},
            "items[X1].readings[width].at_least: is more than at_most: nothing could ever pass",
        ),
        (
            {"readings": reading(at_least="wide")},
            "items[X1].readings[width].at_least: is no length (not_a_number)",
        ),
        (
            {"readings": reading(expect="true")},
            "items[X1].readings[width].expect: cannot be asked of a length",
        ),
        ({"section": "Z"}, "items[X1].section: there is no section 'Z'"),
        (
            {"binds_from": "2022"},
            "items[X1].binds_from: says from when a must-have binds, and this is none",
        ),
        (
            {"register": [{"reading": "height", "facility": "door"}]},
            "items[X1].register: 'height' is no reading of this item",
        ),
        (
            {"register": [{"reading": "width", "facility": "door", "stock": "doors"}]},
            "items[X1].register[0]: names a facility or a stock item, and not both",
        ),
        (
            {"readings": reading(only_if={"door": {"kind": "yes_no", "expect": "true"}})},
            "items[X1].readings: 'width' looks at 'door', which is not there",
        ),
    ],
)
def test_a_slip_of_the_pen_is_named(item: dict[str, Any], problem: str) -> None:
    document = small_document()
    document["items"][0] = item_document("X1") | item
    assert problem in problems_of(document)


def test_a_limit_is_needed() -> None:
    document = small_document()
    del document["items"][0]["readings"][0]["at_least"]
    assert problems_of(document) == [
        "items[X1].readings: none has a limit, so nothing could be judged"
    ]


def test_all_problems_are_told_at_once() -> None:
    document = small_document(version="0", in_force="soon")
    document["items"].append(item_document("X1", weight="9"))
    document["grades"][1]["items"] = ["Q9"]
    assert problems_of(document) == [
        "version: must be a whole number from 1 to 9999, not '0'",
        "in_force: must be a date like 2026-12-01, not 'soon'",
        "items[X1].weight: must be a whole number from 1 to 3, not '9'",
        "items: 'X1' stands there twice",
        "grades[demonstration].items: there is no item 'Q9'",
    ]


@pytest.mark.parametrize("document", [None, [], "text", {"items": "none"}])
def test_what_is_no_mapping_at_all_is_refused_politely(document: Any) -> None:
    assert problems_of(document)
