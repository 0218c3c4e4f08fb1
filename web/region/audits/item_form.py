"""One item's form: what is asked, what was said or is known, and what was sent, as the domain reads
it. Whether it is true or enough is not decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict

from audits.answering import Given, Proposal
from audits.models import Answer, Origin
from audits.standard import Item, Reading, Words
from audits.units import SLOPE_AS_RATIO, UNITS, Kind
from audits.wording import unit_words
from foundation.errors import Words as Sentence
from web.region.audits.standards import Asked

YES, NO = "yes", "no"
# Their units measure the same and are only called differently: nothing to choose.
ONE_UNIT: Final = frozenset({Kind.COUNT, Kind.DAYS})


@dataclass(frozen=True)
class Field:
    """One reading on the form."""

    asked: Asked
    value: str
    unit: str
    error: Sentence
    known: Proposal | None

    @property
    def reading(self) -> Reading:
        return self.asked.reading

    @property
    def name(self) -> str:
        return f"r-{self.reading.code}"

    @property
    def html_id(self) -> str:
        """Unique also where all items stand on one page."""
        return f"{self.asked.item.code}-{self.reading.code}"

    @property
    def is_yes_no(self) -> bool:
        return self.reading.kind == Kind.YES_NO

    @property
    def is_date(self) -> bool:
        return self.reading.kind == Kind.DATE

    @property
    def is_whole(self) -> bool:
        return self.reading.kind in ONE_UNIT

    @property
    def units(self) -> list[tuple[str, Words]]:
        """The units to choose from; one is no choice."""
        if self.is_yes_no or self.is_date:
            return []
        names = [self.reading.unit] if self.is_whole else list(UNITS[self.reading.kind])
        return [
            (name, Words("1 : n", "1 : n") if name == SLOPE_AS_RATIO else unit_words(name))
            for name in names
        ]


@dataclass(frozen=True)
class ItemForm:
    """The form of one item. ``data`` is what was sent, if something was refused."""

    item: Item
    answer: Answer | None = None
    proposals: Sequence[Proposal] = ()
    data: QueryDict | None = None
    errors: Mapping[str, Sentence] = field(default_factory=dict)
    client_id: str = ""

    @property
    def fields(self) -> list[Field]:
        known = {one.reading: one for one in self.proposals}
        return [self._field(reading, known.get(reading.code)) for reading in self.item.readings]

    @property
    def not_applicable(self) -> bool:
        if self.data is not None:
            return "na" in self.data
        return self.answer is not None and self.answer.not_applicable

    @property
    def reason(self) -> str:
        said = self._said("reason", self.answer.reason if self.answer else "")
        return said or str(self.item.not_applicable or "")

    @property
    def note(self) -> str:
        return self._said("note", self.answer.note if self.answer else "")

    @property
    def record(self) -> str:
        return self._said("record", "")

    @property
    def is_to_confirm(self) -> bool:
        """Whether the register fills in the whole form, so that one tap confirms it."""
        return self.answer is None and len(self.proposals) == len(self.item.readings) > 0

    @property
    def other_errors(self) -> list[Sentence]:
        """What is wrong with no reading in particular."""
        own = {reading.code for reading in self.item.readings} | {"photo", "reason", "record"}
        return [words for name, words in self.errors.items() if name not in own]

    def _said(self, name: str, otherwise: str) -> str:
        return self.data.get(name, "") if self.data is not None else otherwise

    def _field(self, reading: Reading, known: Proposal | None) -> Field:
        value, unit = self._value(reading, known)
        error = self.errors.get(reading.code, "")
        return Field(Asked(reading, self.item), value, unit or reading.unit, error, known)

    def _value(self, reading: Reading, known: Proposal | None) -> tuple[str, str]:
        if self.data is not None:
            code = reading.code
            return self.data.get(f"r-{code}", ""), self.data.get(f"u-{code}", "")
        if self.answer is not None:
            return _as_typed(self.answer.values.get(reading.code))
        return _as_typed(known.value if known else None)


def given_of(
    item: Item, data: QueryDict, proposals: Sequence[Proposal], at: datetime | None
) -> Given:
    """What was sent, as the domain takes it; ``at`` is when, if that was not just now."""
    left_out = "na" in data
    values = {} if left_out else raw_values(item, data)
    confirmed = bool(proposals) and all(
        values.get(one.reading) == _comparable(one.value) for one in proposals
    )
    return Given(
        values=values,
        not_applicable=left_out,
        reason=data.get("reason", "") if left_out else "",
        note=data.get("note", ""),
        origin=Origin.CONFIRMED if confirmed else Origin.OBSERVED,
        at=at,
        seen=uuids(data.getlist("seen")),
        version=data.get("version", ""),
    )


def says_something(item: Item, data: QueryDict) -> bool:
    """Whether the form holds an answer, or only evidence."""
    return "na" in data or bool(raw_values(item, data))


def raw_values(item: Item, data: QueryDict) -> dict[str, Any]:
    """The readings that were filled in, in the shape of ``audits.judging.read_values``."""
    values: dict[str, Any] = {}
    for reading in item.readings:
        typed = data.get(f"r-{reading.code}", "").strip()
        if not typed:
            continue
        if reading.kind == Kind.YES_NO:
            values[reading.code] = {YES: True, NO: False}.get(typed, typed)
        elif reading.kind == Kind.DATE:
            values[reading.code] = typed
        else:
            unit = data.get(f"u-{reading.code}", reading.unit)
            values[reading.code] = {"value": typed, "unit": unit}
    return values


def uuids(texts: Sequence[str]) -> list[UUID]:
    """Those of the texts that are numbers of this kind."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _as_typed(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return (YES if value else NO), ""
    if isinstance(value, Mapping):
        return str(value["value"]), str(value["unit"])
    return (str(value) if value is not None else ""), ""


def _comparable(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
