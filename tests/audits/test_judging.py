"""The program judges: each limit at its very edge, in any unit, with all that people type."""

from datetime import timedelta
from typing import Any

import pytest

from audits.judging import Values, Verdict, as_stored, judge, missing, read_values
from audits.standard import Item
from audits.units import Kind, quantity
from foundation.errors import InvalidInput
from tests.audits.make import beyond, bundled_standard, edge, perfect_values, small_standard
from tests.make import TODAY

ITEMS = bundled_standard().items
LIMITS = [
    pytest.param(item, reading, limit, id=f"{item.code}-{reading.code}-{limit.op}")
    for item in ITEMS
    for reading in item.readings
    for limit in reading.limits
]


def item(code: str) -> Item:
    return bundled_standard().by_code[code]


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: one.code)
def test_an_item_with_every_reading_on_its_limit_passes(one: Item) -> None:
    values = perfect_values(one)
    assert missing(one, values) == []
    assert judge(one, values, TODAY).verdict == Verdict.PASS


@pytest.mark.parametrize(("one", "reading", "limit"), LIMITS)
def test_the_edge_passes_and_the_next_value_fails(one: Item, reading: Any, limit: Any) -> None:
    values = perfect_values(one)
    values[reading.code] = edge(limit, TODAY)
    if reading.per is None:
        assert judge(one, values, TODAY).verdict == Verdict.PASS
    values[reading.code] = beyond(limit, TODAY)
    judgement = judge(one, values, TODAY)
    assert judgement.verdict == Verdict.FAIL
    assert (reading.code, limit) in [(s.reading.code, s.limit) for s in judgement.shortfalls]


@pytest.mark.parametrize(
    ("bays", "accessible", "verdict"),
    [
        (1, 1, Verdict.PASS),
        (50, 1, Verdict.PASS),
        (51, 1, Verdict.FAIL),  # 2 % of 51 is more than one: a class III lot needs two
        (51, 2, Verdict.PASS),
        (100, 2, Verdict.PASS),
        (101, 2, Verdict.FAIL),
        (10, 0, Verdict.FAIL),
    ],
)
def test_two_percent_of_the_bays(bays: int, accessible: int, verdict: Verdict) -> None:
    values = {
        "bays": quantity(Kind.COUNT, str(bays), "place"),
        "accessible": quantity(Kind.COUNT, str(accessible), "place"),
    }
    assert judge(item("B1"), values, TODAY).verdict == verdict


@pytest.mark.parametrize(
    ("rise", "slope", "rails", "verdict"),
    [
        ("301", "1:19", False, Verdict.FAIL),
        ("301", "1:19", True, Verdict.PASS),
        ("300", "1:12", False, Verdict.PASS),  # no higher than 300 mm: no rails asked for
        ("400", "1:20", False, Verdict.PASS),  # no steeper than 1:20: none either
    ],
)
def test_rails_are_asked_for_only_by_a_high_and_steep_ramp(
    rise: str, slope: str, rails: bool, verdict: Verdict
) -> None:
    values: Values = {
        "rise": quantity(Kind.LENGTH, rise, "mm"),
        "slope": quantity(Kind.SLOPE, slope, "1:n"),
        "both_sides": rails,
    }
    assert judge(item("A6"), values, TODAY).verdict == verdict


def test_a_missing_wheelchair_has_no_brakes_to_look_at() -> None:
    none = {"wheelchairs": quantity(Kind.COUNT, "0", "piece")}
    assert missing(item("I2"), none) == []
    assert judge(item("I2"), none, TODAY).verdict == Verdict.FAIL


def test_a_hinged_or_a_sliding_door_but_one_of_them() -> None:
    assert [reading.code for reading in missing(item("A11"), {})] == ["manual", "automatic"]
    sliding = {"automatic": quantity(Kind.LENGTH, "1.00", "m")}
    assert missing(item("A11"), sliding) == []


@pytest.mark.parametrize(
    ("text", "unit", "verdict"),
    [
        ("1.2", "m", Verdict.PASS),
        ("120", "cm", Verdict.PASS),
        ("1200", "mm", Verdict.PASS),
        ("1199.99", "mm", Verdict.FAIL),
    ],
)
def test_any_unit_of_length_will_do(text: str, unit: str, verdict: Verdict) -> None:
    values = read_values(item("A4"), {"width": {"value": text, "unit": unit}})
    assert judge(item("A4"), values, TODAY).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [("8.33", Verdict.PASS), ("8.34", Verdict.FAIL)])
def test_a_slope_in_percent(text: str, verdict: Verdict) -> None:
    """1:12 is 8.333… %."""
    values = read_values(item("A2"), {"slope": {"value": text, "unit": "%"}})
    assert judge(item("A2"), values, TODAY).verdict == verdict


def test_a_check_from_tomorrow_has_not_happened() -> None:
    values = perfect_values(item("N2"))
    values["drill"] = TODAY + timedelta(days=1)
    assert judge(item("N2"), values, TODAY).verdict == Verdict.FAIL


@pytest.mark.parametrize(
    "given",
    [
        None,
        "900",
        900,
        {"value": "900"},
        {"value": "900", "unit": "kg"},
        {"value": "-1", "unit": "mm"},
        {"value": "NaN", "unit": "mm"},
        {"value": "Infinity", "unit": "mm"},
        {"value": "1e999999999", "unit": "mm"},
        {"value": "99999999", "unit": "m"},
        {"value": "", "unit": "mm"},
        {"value": "900", "unit": "mm", "verdict": "pass"},
    ],
)
def test_what_is_no_width_is_refused_with_words(given: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_values(small_standard().by_code["X1"], {"width": given})
    assert list(refusal.value.fields) == ["width"]


def test_half_a_chair_a_yes_that_is_text_and_an_unknown_reading() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_values(item("E1"), {"seats": {"value": "1.5", "unit": "place"}, "colour": "red"})
    assert sorted(refusal.value.fields) == ["colour", "seats"]
    with pytest.raises(InvalidInput) as refusal:
        read_values(item("A1"), {"accessible": "yes"})
    assert list(refusal.value.fields) == ["accessible"]
    with pytest.raises(InvalidInput) as refusal:
        read_values(item("N2"), {"drill": "2026-02-30", "complete": True})
    assert list(refusal.value.fields) == ["drill"]


def test_a_reading_that_is_lacking_is_asked_for() -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_values(item("A3"), {"rise": {"value": "700", "unit": "mm"}})
    assert list(refusal.value.fields) == ["run"]


@pytest.mark.parametrize("one", ITEMS, ids=lambda one: one.code)
def test_what_is_stored_reads_back_as_it_was(one: Item) -> None:
    values = perfect_values(one)
    assert read_values(one, as_stored(values)) == values


def test_a_slope_of_one_to_nothing_is_a_wall() -> None:
    with pytest.raises(InvalidInput):
        read_values(item("A2"), {"slope": {"value": "1:0", "unit": "1:n"}})
