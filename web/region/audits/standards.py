"""The standard as everybody may read it: its versions, one of them whole, and what has changed."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from audits.labels import label
from audits.models import StandardVersion
from audits.publishing import Change, Part, difference, standard_of
from audits.queries import versions
from audits.standard import (
    Item,
    Reading,
    Register,
    Section,
    Seen,
    Severity,
    Source,
    SourceGrade,
    Standard,
    Words,
)
from audits.wording import limit_words, reading_words, value_words
from foundation import clock
from web.desk.signed_in import StaffRequest, signed_in
from web.region.audits.access import get_version_or_404
from web.region.audits.frame import show_part

TONES: Final = {
    SourceGrade.LAW: "bad",
    SourceGrade.ARTICLE: "wait",
    SourceGrade.RECOMMENDED: "info",
}
DOUBTFUL: Final = frozenset({Seen.WEAK, Seen.NOT_SEEN})
PARTS: Final[dict[str, str | Promise]] = {
    "section": _("section"),
    "what": _("what is asked"),
    "how": _("how to check"),
    "readings": _("readings and limits"),
    "evidence": _("evidence"),
    "weight": _("weight"),
    "must": _("must-have"),
    "binds_from": _("binds works from"),
    "not_applicable": _("when it does not apply"),
    "grade": _("how binding it is"),
    "source": _("source"),
    "register": _("what the register knows"),
    "name": _("name"),
    "score_at_least": _("score at least"),
    "section_at_least": _("each section at least"),
    "must_failed_at_most": _("must-haves failed at most"),
    "items": _("items it names"),
}
DEADLINES: Final[dict[str, str | Promise]] = {
    Severity.CRITICAL: _("deadline of critical findings, in working days"),
    Severity.MAJOR: _("deadline of major findings, in working days"),
    Severity.MINOR: _("deadline of minor findings, in working days"),
}


@dataclass(frozen=True)
class Asked:
    """One reading in words, and what is asked of it."""

    reading: Reading
    item: Item

    @property
    def limits(self) -> Words:
        return reading_words(self.reading)

    @property
    def only_if(self) -> list[str]:
        """When it is asked for at all: “rise of one flight: more than 300 mm”."""
        words = {one.code: one.words for one in self.item.readings}
        return [f"{words[one.reading]}: {limit_words(one.limit)}" for one in self.reading.only_if]


@dataclass(frozen=True)
class Described:
    """An item with everything that stands beside it on a page."""

    item: Item

    @property
    def grade(self) -> Words:
        return label(self.item.grade)

    @property
    def tone(self) -> str:
        return TONES.get(self.item.grade, "")

    @property
    def seen(self) -> Words:
        return label(self.item.source.seen)

    @property
    def is_doubtful(self) -> bool:
        return self.item.source.seen in DOUBTFUL

    @property
    def evidence(self) -> Words:
        return label(self.item.evidence)

    @property
    def asked(self) -> list[Asked]:
        return [Asked(reading, self.item) for reading in self.item.readings]


@dataclass(frozen=True)
class Chapter:
    """A section with its items."""

    section: Section
    items: list[Described]


@dataclass(frozen=True)
class Altered:
    """One part of an item, before and after."""

    name: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One change between two versions as a reader sees it."""

    kind: str
    code: str
    title: str
    parts: list[Altered]


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """Every published version, the newest first."""
    require(request.user, Permission.VIEW_AUDIT)
    rows = list(versions())
    today = clock.today()
    in_force = next((row.pk for row in rows if row.in_force <= today), None)
    context = {"versions": rows, "in_force": in_force}
    return show_part(request, "standards", context, part="standards")


@require_safe
@signed_in
def detail(request: StaffRequest, label: str) -> HttpResponse:
    """One version: every item with what it asks for and where that stands."""
    version = get_version_or_404(request.user, label)
    standard = standard_of(version)
    context = {
        "version": version,
        "standard": standard,
        "chapters": chapters(standard),
        "counts": counts(standard.items),
        "deadlines": [(DEADLINES[key], days) for key, days in standard.deadlines.items()],
        "earlier": _before(version),
    }
    return show_part(request, "standard", context, part="standards")


@require_safe
@signed_in
def changes(request: StaffRequest, label: str) -> HttpResponse:
    """What is new in a version since the one before it."""
    version = get_version_or_404(request.user, label)
    earlier = _before(version)
    found: list[Difference] = []
    if earlier is not None:
        old, new = standard_of(earlier), standard_of(version)
        found = [_shown(change, old, new) for change in difference(old, new)]
    context = {"version": version, "earlier": earlier, "changes": found}
    return show_part(request, "changes", context, part="standards")


def chapters(standard: Standard) -> list[Chapter]:
    """The standard section by section."""
    return [
        Chapter(section, [Described(i) for i in standard.items if i.section == section.code])
        for section in standard.sections
    ]


def counts(items: Iterable[Item]) -> list[tuple[Words, int]]:
    """How many items stand on which ground."""
    grades = [item.grade for item in items]
    return [(label(grade), grades.count(grade)) for grade in SourceGrade]


def _before(version: StandardVersion) -> StandardVersion | None:
    return versions().filter(code=version.code, number__lt=version.number).first()


def _shown(change: Change, old: Standard, new: Standard) -> Difference:
    if change.code == "deadlines":
        parts = [
            Altered(DEADLINES[key], str(old.deadlines[key]), str(new.deadlines[key]))
            for key in map(Severity, change.what)
        ]
        return Difference(change.kind, "", "", parts)
    before, after = _part(old, change.code), _part(new, change.code)
    shown = after or before
    title = str(shown.what if isinstance(shown, Item) else getattr(shown, "name", ""))
    altered = [
        Altered(PARTS.get(name, name), _text(before, name), _text(after, name))
        for name in change.what
    ]
    return Difference(change.kind, change.code, title, altered)


def _part(standard: Standard, code: str) -> Part | None:
    return standard.by_code.get(code) or standard.grade(code)


def _text(part: Part | None, name: str) -> str:
    return _plain(getattr(part, name))


def _plain(value: Any) -> str:
    """A part of an item or of a grade's rule as a line that can be compared by eye."""
    if value is None or isinstance(value, bool):
        return str(value_words(value)) if value is not None else "–"
    if isinstance(value, StrEnum):
        return str(label(value))
    if isinstance(value, Reading):
        return f"{value.words} {reading_words(value)}".strip()
    if isinstance(value, tuple | frozenset):
        parts = sorted(value) if isinstance(value, frozenset) else value
        return "; ".join(_plain(one) for one in parts)
    if isinstance(value, Source | Register):
        return " · ".join(_plain(getattr(value, part.name)) for part in fields(value))
    return str(value)
