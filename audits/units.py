"""Measures as exact numbers. What an inspector reads off a tape is compared by the program.

A quantity is turned into its kind's base unit as a :class:`fractions.Fraction`, so that 0.9 m and
900 mm are the same width and a ramp of 1:12 is not judged by a rounding error.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Final
from unicodedata import normalize


class Kind(StrEnum):
    """What sort of answer a reading is."""

    YES_NO = "yes_no"
    COUNT = "count"
    LENGTH = "length"
    AREA = "area"
    SLOPE = "slope"
    TIME = "time"
    DAYS = "days"
    DATE = "date"


SLOPE_AS_RATIO: Final = "1:n"
LARGEST: Final = Decimal(10) ** 7
MOST_DIGITS: Final = 14

# How many base units one of these is. A slope of 1:n is reckoned apart: it is a reciprocal.
UNITS: Final[dict[Kind, dict[str, Fraction]]] = {
    Kind.COUNT: {
        name: Fraction(1) for name in ("piece", "person", "place", "class_hour", "talk", "item")
    },
    Kind.LENGTH: {"mm": Fraction(1), "cm": Fraction(10), "m": Fraction(1000)},
    Kind.AREA: {"m2": Fraction(1)},
    Kind.SLOPE: {"%": Fraction(1, 100), SLOPE_AS_RATIO: Fraction(1)},
    Kind.TIME: {"s": Fraction(1), "min": Fraction(60)},
    Kind.DAYS: {"day": Fraction(1)},
}


class NotAQuantity(ValueError):
    """Why this is no quantity: ``not_a_number``, ``negative``, ``not_whole``, ``too_large``."""


class WrongUnit(ValueError):
    """The unit does not belong to this kind of reading."""


@dataclass(frozen=True)
class Quantity:
    """A measured number with its unit, as written, and its size in the kind's base unit."""

    kind: Kind
    text: str
    unit: str
    base: Fraction

    def __str__(self) -> str:
        return f"{self.text} {self.unit}" if self.unit != SLOPE_AS_RATIO else f"1:{self.text}"


def quantity(kind: Kind, text: str, unit: str) -> Quantity:
    """The quantity that ``text`` and ``unit`` say. A slope may be written ``1:12`` or ``12``.

    Digits and colons of a Chinese keyboard (１：１２) are as good as others.

    Raises:
        WrongUnit: the unit is unknown, or measures something else.
        NotAQuantity: the text is no number, is negative, absurdly large, or is half a chair.
    """
    if kind not in UNITS or unit not in UNITS[kind]:
        raise WrongUnit(unit)
    plain = normalize("NFKC", text).strip()
    if unit == SLOPE_AS_RATIO:
        plain = plain.removeprefix("1:")
    number = _number(plain)
    plain = format(number, "f")
    if kind in (Kind.COUNT, Kind.DAYS) and number != number.to_integral_value():
        raise NotAQuantity("not_whole")
    if unit == SLOPE_AS_RATIO:
        if number == 0:
            raise NotAQuantity("not_a_number")
        return Quantity(kind, plain, unit, 1 / Fraction(number))
    return Quantity(kind, plain, unit, Fraction(number) * UNITS[kind][unit])


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise NotAQuantity("not_a_number") from error
    # "1e999999999" is a number to Decimal, and a denial of service to Fraction.
    if not number.is_finite() or len(text) > MOST_DIGITS or "e" in text.lower():
        raise NotAQuantity("not_a_number")
    if number < 0:
        raise NotAQuantity("negative")
    if number > LARGEST:
        raise NotAQuantity("too_large")
    return number
