"""Measures: what people type, and what must hold of every limit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.judging import Verdict, judge
from audits.standard import Item, Op, Reading
from audits.units import Kind, NotAQuantity, WrongUnit, quantity
from tests.audits.make import bundled_standard, perfect_values
from tests.make import TODAY

numbers = st.decimals(0, 5000, places=2, allow_nan=False, allow_infinity=False)
MEASURED = [
    (item, reading)
    for item in bundled_standard().items
    for reading in item.readings
    if reading.kind in (Kind.LENGTH, Kind.TIME) and reading.limits
]


@pytest.mark.parametrize(
    ("text", "unit", "base"),
    [
        ("1.20", "m", 1200),
        ("９００", "mm", 900),
        ("  850 ", "mm", 850),
        ("１：１２", "1:n", Fraction(1, 12)),
        ("1:12", "1:n", Fraction(1, 12)),
        ("12", "1:n", Fraction(1, 12)),
        ("8", "%", Fraction(8, 100)),
    ],
)
def test_what_people_type(text: str, unit: str, base: Fraction) -> None:
    kind = Kind.LENGTH if unit in ("m", "mm") else Kind.SLOPE
    assert quantity(kind, text, unit).base == base


@pytest.mark.parametrize("text", ["", "wide", "1,200", "-3", "1e9", "nan", "0x10", "1:0", "9" * 15])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(NotAQuantity):
        quantity(Kind.SLOPE, text, "1:n")


@pytest.mark.parametrize(
    ("kind", "unit"), [(Kind.LENGTH, "s"), (Kind.YES_NO, "mm"), (Kind.AREA, "m")]
)
def test_a_unit_of_something_else(kind: Kind, unit: str) -> None:
    with pytest.raises(WrongUnit):
        quantity(kind, "1", unit)


@given(numbers)
def test_a_millimetre_is_a_millimetre_in_any_unit(number: Decimal) -> None:
    in_mm = quantity(Kind.LENGTH, f"{number:f}", "mm").base
    assert quantity(Kind.LENGTH, f"{number.scaleb(-1):f}", "cm").base == in_mm
    assert quantity(Kind.LENGTH, f"{number.scaleb(-3):f}", "m").base == in_mm


@given(numbers)
def test_a_quantity_reads_back_what_it_says(number: Decimal) -> None:
    said = quantity(Kind.LENGTH, f"{number:f}", "mm")
    assert quantity(Kind.LENGTH, said.text, said.unit) == said


@settings(deadline=None)
@given(st.sampled_from(MEASURED), numbers, numbers)
def test_moving_towards_what_is_asked_never_fails_what_passed(
    case: tuple[Item, Reading], one: Decimal, other: Decimal
) -> None:
    """With a single limit more is better, or less is; between two limits the middle passes."""
    item, reading = case
    low, high = sorted((one, other))

    def passes(number: Decimal) -> bool:
        values = perfect_values(item)
        values[reading.code] = quantity(reading.kind, f"{number:f}", reading.unit)
        found = judge(item, values, TODAY)
        missed = {shortfall.reading.code for shortfall in found.shortfalls}
        assert (found.verdict == Verdict.FAIL) == bool(missed)
        return reading.code not in missed

    ops = {limit.op for limit in reading.limits}
    if ops == {Op.AT_LEAST}:
        assert passes(high) or not passes(low)
    elif ops == {Op.AT_MOST}:
        assert passes(low) or not passes(high)
    elif passes(low) and passes(high):
        assert passes(((low + high) / 2).quantize(Decimal("0.01")))
