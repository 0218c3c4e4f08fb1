"""The program judges, not the inspector: a reading against its limits, an item by its readings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.standard import Item, Limit, Op, Per, Reading
from audits.units import Kind, NotAQuantity, Quantity, WrongUnit, quantity
from foundation.errors import InvalidInput

Value = bool | date | Quantity
Values = Mapping[str, Value]

WHY_NOT: Final[dict[str, str | Promise]] = {
    "not_a_number": _("Please enter a plain number, such as 850 or 1.2."),
    "negative": _("A measure cannot be less than nothing."),
    "not_whole": _("Please enter a whole number."),
    "too_large": _("This number is too large. Is the unit right?"),
}


class Verdict(StrEnum):
    """What came out for one item."""

    PASS = "pass"  # noqa: S105  # not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Shortfall:
    """One limit that a reading missed: what was found and what the standard asks for."""

    reading: Reading
    found: Value
    limit: Limit | Per


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    shortfalls: tuple[Shortfall, ...] = ()


def read_values(item: Item, raw: Mapping[str, Any]) -> dict[str, Value]:
    """What a form or a client sent, as values.

    A yes or no is ``true`` or ``false``, a date is ISO text, a measure is
    ``{"value": "0.9", "unit": "m"}`` in any unit that measures the same thing.

    Raises:
        InvalidInput: with a sentence for each reading that is wrong, missing or unknown.
    """
    fields: dict[str, str | Promise] = {}
    values: dict[str, Value] = {}
    known = {reading.code: reading for reading in item.readings}
    for code, given in raw.items():
        if code not in known:
            fields[code] = _("The standard does not ask for this.")
            continue
        try:
            values[code] = _value(known[code], given)
        except InvalidInput as error:
            fields[code] = error.message
    for reading in missing(item, values):
        fields.setdefault(reading.code, _("Please answer or measure this as well."))
    if fields:
        raise InvalidInput(fields=fields)
    return values


def missing(item: Item, values: Values) -> list[Reading]:
    """The readings that must still be taken, given those that have been.

    When every reading is optional (a hinged or a sliding door), one of them must be there.
    """
    asked = [one for one in item.readings if one.code not in values and _is_asked(one, values)]
    needed = [reading for reading in asked if not reading.optional]
    if all(reading.optional for reading in item.readings) and not values:
        return asked
    return needed


def judge(item: Item, values: Values, on: date) -> Judgement:
    """Pass or fail, and every limit that was missed. ``on`` is the day of the inspection."""
    shortfalls = tuple(
        Shortfall(reading, values[reading.code], limit)
        for reading in item.readings
        if reading.code in values and _is_asked(reading, values)
        for limit in _missed(reading, values, on)
    )
    return Judgement(Verdict.FAIL if shortfalls else Verdict.PASS, shortfalls)


def as_stored(values: Values) -> dict[str, Any]:
    """Values as they are kept in a row, in the shape that :func:`read_values` reads."""
    return {code: _stored(value) for code, value in values.items()}


def _stored(value: Value) -> Any:
    if isinstance(value, Quantity):
        return {"value": value.text, "unit": value.unit}
    return value if isinstance(value, bool) else value.isoformat()


def _value(reading: Reading, given: Any) -> Value:
    if reading.kind == Kind.YES_NO:
        if isinstance(given, bool):
            return given
        raise InvalidInput(_("Please answer yes or no."))
    if reading.kind == Kind.DATE:
        return _date(given)
    if not isinstance(given, Mapping) or set(given) != {"value", "unit"}:
        raise InvalidInput(_("Please enter a number and its unit."))
    try:
        return quantity(reading.kind, str(given["value"]), str(given["unit"]))
    except WrongUnit as error:
        raise InvalidInput(_("This unit does not measure what is asked for.")) from error
    except NotAQuantity as error:
        raise InvalidInput(WHY_NOT[str(error)]) from error


def _date(given: Any) -> date:
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise InvalidInput(_("Please enter a date.")) from error


def _is_asked(reading: Reading, values: Values) -> bool:
    return all(
        one.reading in values and _within(values[one.reading], one.limit) for one in reading.only_if
    )


def _missed(reading: Reading, values: Values, on: date) -> list[Limit | Per]:
    value = values[reading.code]
    missed: list[Limit | Per] = [limit for limit in reading.limits if not _within(value, limit, on)]
    if reading.per and not _dense_enough(value, values.get(reading.per.of), reading.per):
        missed.append(reading.per)
    return missed


def _within(value: Value, limit: Limit, on: date | None = None) -> bool:
    if isinstance(value, bool):
        return value == limit.value
    if isinstance(value, Quantity) and isinstance(limit.value, Quantity):
        return {
            Op.AT_LEAST: value.base >= limit.value.base,
            Op.AT_MOST: value.base <= limit.value.base,
            Op.OVER: value.base > limit.value.base,
            Op.UNDER: value.base < limit.value.base,
        }[limit.op]
    if isinstance(value, date) and on is not None and isinstance(limit.value, int):
        if limit.op == Op.AGE_AT_MOST:
            # A check that is dated after the inspection has not happened.
            return 0 <= (on - value).days <= limit.value
        return (value - on).days >= limit.value
    raise TypeError(f"{limit} cannot judge {value!r}")


def _dense_enough(value: Value, other: Value | None, per: Per) -> bool:
    if not isinstance(value, Quantity) or not isinstance(other, Quantity):
        return False
    return value.base * per.each >= per.at_least * other.base
