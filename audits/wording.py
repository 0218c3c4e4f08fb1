"""Limits, values and shortfalls in words that a branch manager reads, in both languages.

Stored with a finding, so both languages are made at once and none depends on who was signed in.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from audits.judging import Shortfall, Value
from audits.standard import Limit, Op, Per, Reading, Words
from audits.units import SLOPE_AS_RATIO, Quantity

UNIT_WORDS: Final[dict[str, Words]] = {
    "mm": Words("毫米", "mm"),
    "cm": Words("厘米", "cm"),
    "m": Words("米", "m"),
    "m2": Words("平方米", "m²"),
    "%": Words("%", "%"),
    "s": Words("秒", "s"),
    "min": Words("分钟", "min"),
    "day": Words("天", "days"),
    "piece": Words("件", "pieces"),
    "person": Words("人", "people"),
    "place": Words("个", "places"),
    "class_hour": Words("课时", "class hours"),
    "talk": Words("场", "talks"),
    "item": Words("项", "items"),
}
ONE: Final[dict[str, Words]] = {
    "day": Words("天", "day"),
    "piece": Words("件", "piece"),
    "person": Words("人", "person"),
    "place": Words("个", "place"),
    "class_hour": Words("课时", "class hour"),
    "talk": Words("场", "talk"),
    "item": Words("项", "item"),
}
YES, NO = Words("是", "yes"), Words("否", "no")
TODAY_OR_LATER = Words("未过期", "still in date")
LIMIT_WORDS: Final[dict[Op, Words]] = {
    Op.AT_LEAST: Words("不小于 {}", "at least {}"),
    Op.AT_MOST: Words("不大于 {}", "at most {}"),
    Op.OVER: Words("大于 {}", "more than {}"),
    Op.UNDER: Words("小于 {}", "less than {}"),
    Op.EXPECT: Words("应为{}", "should be {}"),
    Op.AGE_AT_MOST: Words("{} 天以内", "within the last {} days"),
    Op.LEFT_AT_LEAST: Words("至少还有 {} 天", "with at least {} days left"),
}


def unit_words(unit: str) -> Words:
    """What a form writes behind the number; a slope is written as 1:12."""
    return UNIT_WORDS.get(unit, Words(unit, unit))


def value_words(value: Value | int) -> Words:
    """A value as people write it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return Words(value.isoformat(), value.isoformat())
    if isinstance(value, Quantity):
        if value.unit == SLOPE_AS_RATIO:
            return Words(f"1:{value.text}", f"1:{value.text}")
        unit = ONE.get(value.unit) if value.base == 1 else None
        unit = unit or unit_words(value.unit)
        return Words(f"{value.text} {unit.zh}", f"{value.text} {unit.en}")
    return Words(str(value), str(value))


def limit_words(limit: Limit) -> Words:
    """What a limit asks for: “at least 900 mm”."""
    if limit.op == Op.LEFT_AT_LEAST and limit.value == 0:
        return TODAY_OR_LATER
    value, pattern = value_words(limit.value), LIMIT_WORDS[limit.op]
    return Words(pattern.zh.format(value.zh), pattern.en.format(value.en))


def per_words(per: Per) -> Words:
    """What a density asks for; the other reading is the one named before it on the form."""
    if per.each == per.at_least:
        return Words("每一个都要有", "one for each")
    return Words(
        f"每 {per.each} 至少 {per.at_least}", f"at least {per.at_least} for each {per.each}"
    )


def reading_words(reading: Reading) -> Words:
    """All that is asked of a reading, for the line below it on a form; empty when nothing is."""
    asked = [limit_words(limit) for limit in reading.limits]
    asked += [per_words(reading.per)] if reading.per else []
    return joined(asked, Words("，", ", "))


def shortfall_words(shortfall: Shortfall) -> Words:
    """The reading, what was found, and what is asked for."""
    found = value_words(shortfall.found)
    limit = shortfall.limit
    asked = limit_words(limit) if isinstance(limit, Limit) else per_words(limit)
    name = shortfall.reading.words
    return Words(f"{name.zh}：{found.zh}（{asked.zh}）", f"{name.en}: {found.en} ({asked.en})")


def joined(parts: Iterable[Words], between: Words) -> Words:
    """Several texts as one, in each language."""
    all_parts = list(parts)
    return Words(
        between.zh.join(part.zh for part in all_parts),
        between.en.join(part.en for part in all_parts),
    )
