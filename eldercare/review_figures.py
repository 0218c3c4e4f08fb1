"""What the reviews come to, read from their events; and what changed between two versions."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median, median_low
from typing import Final

from django.db import models
from django.utils.timezone import localdate

from accounts.permissions import Actor, Permission, may
from eldercare.models import ServiceEvent, ServiceVersion
from eldercare.states import ReviewStatus
from eldercare.working_time import WorkingTime

STAGES: Final = (ReviewStatus.INNER_REVIEW, ReviewStatus.RECHECK)
DECISIONS: Final = (ReviewStatus.APPROVED, ReviewStatus.RETURNED)
# Chinese by the character, for it has no spaces; everything else by the word.
_TOKEN = re.compile(r"[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
COMPARED: Final = (
    *("name_zh", "name_en", "prepare_zh", "prepare_en"),
    *("limits_zh", "limits_en", "at_home", "at_branch", "minutes", "risk", "from_age"),
    *("moves_cash", "sells", "must_record"),
)


@dataclass(frozen=True)
class ReviewFigures:
    """How many were decided in a period, how long each stage took, how many came back."""

    approved: int
    returned: int
    median_time: dict[str, timedelta]
    # The same in office hours: what lies over a weekend has not been dawdled over.
    median_working_hours: dict[str, float] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return self.approved + self.returned

    @property
    def return_rate(self) -> float | None:
        """Of all decisions; None when there was none."""
        return self.returned / self.decided if self.decided else None


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One field of two versions, line by line as difflib says it: ``-``, ``+`` or a space.

    ``pieces`` says the same word by word, for a page that marks what is new within a line.
    """

    field: str
    label: str
    lines: tuple[tuple[str, str], ...]
    pieces: tuple[Piece, ...] = ()


def review_figures(user: Actor, start: datetime, end: datetime) -> ReviewFigures:
    """The decisions from ``start`` until before ``end``; nothing for those who may not look."""
    if not may(user, Permission.VIEW_FIGURES):
        return ReviewFigures(0, 0, {})
    touched = ServiceEvent.objects.filter(at__gte=start, at__lt=end).values("version")
    events = ServiceEvent.objects.filter(version__in=touched, at__lt=end).order_by(
        "version", "at", "pk"
    )
    decided = {str(status): 0 for status in DECISIONS}
    stays: dict[str, list[tuple[datetime, datetime]]] = {str(stage): [] for stage in STAGES}
    before: ServiceEvent | None = None
    for event in events:
        if event.at >= start:
            if event.to_status in decided:
                decided[event.to_status] += 1
            if event.from_status in stays and before and before.version_id == event.version_id:
                stays[event.from_status].append((before.at, event.at))
        before = event
    return ReviewFigures(
        approved=decided[ReviewStatus.APPROVED],
        returned=decided[ReviewStatus.RETURNED],
        median_time={
            stage: median_low([until - since for since, until in spans])
            for stage, spans in stays.items()
            if spans
        },
        median_working_hours=_working_hours(stays),
    )


def _working_hours(stays: dict[str, list[tuple[datetime, datetime]]]) -> dict[str, float]:
    """The median stay in each stage, in office hours of working days."""
    moments = [moment for spans in stays.values() for span in spans for moment in span]
    if not moments:
        return {}
    working = WorkingTime(localdate(min(moments)), localdate(max(moments)))
    return {
        stage: round(median([working.hours(*span) for span in spans]), 1)
        for stage, spans in stays.items()
        if spans
    }


def changes(old: ServiceVersion, new: ServiceVersion) -> list[Change]:
    """The fields in which two versions differ, with their lines."""
    return [
        Change(
            name,
            str(_field(name).verbose_name),
            _lines(_text(old, name), _text(new, name)),
            tuple(pieces(str(getattr(old, name)), str(getattr(new, name)))),
        )
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The way from one text to the other; what stayed and went is the old text, in order."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, i1, i2, j1, j2 in steps:
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(old[i1:i2]))
            continue
        if i1 < i2:
            yield Piece(Kind.REMOVED, "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece(Kind.ADDED, "".join(new[j1:j2]))


def previous(version: ServiceVersion) -> ServiceVersion | None:
    """The version with the number before this one's."""
    return (
        ServiceVersion.objects.filter(service=version.service, number__lt=version.number)
        .order_by("-number")
        .first()
    )


def _field(name: str) -> "models.Field[object, object]":
    field: models.Field[object, object] = ServiceVersion._meta.get_field(name)  # type: ignore[assignment]
    return field


def _text(version: ServiceVersion, name: str) -> list[str]:
    return str(getattr(version, name)).splitlines()


def _lines(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (line[0], line[2:]) for line in difflib.ndiff(list(old), list(new)) if line[0] != "?"
    )
