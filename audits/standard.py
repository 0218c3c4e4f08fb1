"""A standard as frozen data: sections, items with their limits and sources, grades, deadlines.

Made by ``standard_file`` from a YAML file or from a published version; nothing here reads a row.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from django.utils.translation import get_language

from audits.units import Kind, Quantity


@dataclass(frozen=True)
class Words:
    """One text in both languages of the house."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


class Op(StrEnum):
    """How a reading is held against its limit. Dates are reckoned in days from the inspection."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    OVER = "over"
    UNDER = "under"
    EXPECT = "expect"
    AGE_AT_MOST = "age_at_most"
    LEFT_AT_LEAST = "left_at_least"


class SourceGrade(StrEnum):
    """How binding an item is (DOMAIN §3): M, R, A and P there."""

    LAW = "law"
    RECOMMENDED = "recommended"
    ARTICLE = "article"
    PROPOSAL = "proposal"


class Seen(StrEnum):
    """How we know the source: statute text, the standard's own words, a third party's
    reproduction, a weak page, or not seen by us (verify before quoting)."""

    STATUTE = "statute"
    STANDARD = "standard"
    REPRODUCED = "reproduced"
    WEAK = "weak"
    NOT_SEEN = "not_seen"


class EvidenceKind(StrEnum):
    """What proves an answer: a photo, a document, a record named in the note, or nothing."""

    PHOTO = "photo"
    DOCUMENT = "document"
    RECORD = "record"
    NONE = "none"


class Severity(StrEnum):
    """How bad a finding is."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True)
class Limit:
    """One comparison: ``at_most 1:12``, ``expect yes``, ``age_at_most 31`` days."""

    op: Op
    value: bool | int | Quantity

    def __str__(self) -> str:
        return f"{self.op} {self.value}"


@dataclass(frozen=True)
class Per:
    """A density: at least ``at_least`` of this for each ``each`` base units of reading ``of``."""

    of: str
    each: Fraction
    at_least: Fraction


@dataclass(frozen=True)
class Condition:
    """A reading is asked for only when another one of its item lies within a limit."""

    reading: str
    limit: Limit


@dataclass(frozen=True)
class Reading:
    """One thing to look at or to measure."""

    code: str
    words: Words
    kind: Kind
    unit: str
    limits: tuple[Limit, ...]
    per: Per | None
    only_if: tuple[Condition, ...]
    optional: bool

    @property
    def is_judged(self) -> bool:
        return bool(self.limits or self.per)


@dataclass(frozen=True)
class Source:
    """The instrument and its clause, never the page on which we happened to read it."""

    instrument: Words
    clause: str
    seen: Seen


@dataclass(frozen=True)
class Register:
    """Where the branches' register already knows the answer to one reading."""

    reading: str
    facility: str
    stock: str


@dataclass(frozen=True)
class Item:
    """One line of the checklist (检查项).

    ``binds_from`` is the year from which a building rule binds new and altered works; an outlet
    whose last works are older is advised, not obliged. ``not_applicable`` says when the item may
    be left out; without it the item always applies.
    """

    code: str
    section: str
    what: Words
    how: Words
    readings: tuple[Reading, ...]
    evidence: EvidenceKind
    weight: int
    must: bool
    binds_from: int | None
    not_applicable: Words | None
    grade: SourceGrade
    source: Source
    register: tuple[Register, ...]

    def binds(self, last_works_year: int | None) -> bool:
        """Whether failing this is failing a must-have. An unknown year is read strictly."""
        if not self.must:
            return False
        return (
            self.binds_from is None
            or last_works_year is None
            or (last_works_year >= self.binds_from)
        )


@dataclass(frozen=True)
class Section:
    code: str
    name: Words


@dataclass(frozen=True)
class GradeRule:
    """What a grade asks for. Percentages are of the points that apply."""

    code: str
    name: Words
    score_at_least: int
    section_at_least: int
    must_failed_at_most: int | None
    items: frozenset[str]


@dataclass(frozen=True)
class Standard:
    """One version of a checklist. ``grades`` stand from the lowest to the highest."""

    code: str
    number: int
    in_force: date
    name: Words
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    grades: tuple[GradeRule, ...]
    deadlines: dict[Severity, int]

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def grade(self, code: str) -> GradeRule | None:
        return next((rule for rule in self.grades if rule.code == code), None)

    @property
    def label(self) -> str:
        return f"{self.code}-{self.number}"
