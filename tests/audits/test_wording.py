"""What a manager reads below a reading and in a finding."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from audits.judging import judge, read_values
from audits.standard import Words
from audits.units import UNITS
from audits.wording import UNIT_WORDS, reading_words, shortfall_words, value_words
from tests.audits.make import bundled_standard
from tests.make import TODAY


def reading(item: str, code: str) -> Any:
    return next(one for one in bundled_standard().by_code[item].readings if one.code == code)


@pytest.mark.parametrize(
    ("item", "code", "zh", "en"),
    [
        ("A2", "slope", "不大于 1:12", "at most 1:12"),
        ("A4", "width", "不小于 1.20 米", "at least 1.20 m"),
        ("A7", "upper", "不小于 850 毫米，不大于 900 毫米", "at least 850 mm, at most 900 mm"),
        ("A10", "revolving", "应为否", "should be no"),
        ("B1", "bays", "", ""),
        (
            "B1",
            "accessible",
            "不小于 1 个，每 50 至少 1",
            "at least 1 place, at least 1 for each 50",
        ),
        ("D2", "low", "不小于 1 件，每一个都要有", "at least 1 piece, one for each"),
        ("I1", "expires", "未过期", "still in date"),
        ("I1", "checked", "31 天以内", "within the last 31 days"),
    ],
)
def test_what_is_asked_of_a_reading(item: str, code: str, zh: str, en: str) -> None:
    assert reading_words(reading(item, code)) == Words(zh, en)


def test_a_shortfall_names_what_was_found_and_what_is_asked() -> None:
    item = bundled_standard().by_code["A2"]
    [one] = judge(
        item, read_values(item, {"slope": {"value": "1:9", "unit": "1:n"}}), TODAY
    ).shortfalls
    assert shortfall_words(one) == Words(
        "纵向坡度：1:9（不大于 1:12）", "longitudinal slope: 1:9 (at most 1:12)"
    )


def test_values() -> None:
    assert value_words(True) == Words("是", "yes")
    assert value_words(date(2026, 11, 25)) == Words("2026-11-25", "2026-11-25")


def test_every_unit_has_words() -> None:
    units = {unit for units in UNITS.values() for unit in units} - {"1:n"}
    assert units == set(UNIT_WORDS)


def test_words_follow_the_reader() -> None:
    words = bundled_standard().by_code["E1"].what
    with override("en"):
        assert str(words).startswith("Every outlet")
    with override("zh-hans"):
        assert str(words).startswith("每个网点")
