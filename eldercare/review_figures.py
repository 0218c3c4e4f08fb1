"""What the reviews come to, read from their events; and what changed between two versions."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low
from typing import Final

from django.db import models

from accounts.permissions import Actor, Permission, may
from eldercare.models import ServiceEvent, ServiceVersion
from eldercare.states import ReviewStatus

STAGES: Final = (ReviewStatus.INNER_REVIEW, ReviewStatus.RECHECK)
DECISIONS: Final = (ReviewStatus.APPROVED, ReviewStatus.RETURNED)
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

    @property
    def decided(self) -> int:
        return self.approved + self.returned

    @property
    def return_rate(self) -> float | None:
        """Of all decisions; None when there was none."""
        return self.returned / self.decided if self.decided else None


@dataclass(frozen=True)
class Change:
    """One field of two versions, line by line as difflib says it: ``-``, ``+`` or a space."""

    field: str
    label: str
    lines: tuple[tuple[str, str], ...]


def review_figures(user: Actor, start: datetime, end: datetime) -> ReviewFigures:
    """The decisions from ``start`` until before ``end``; nothing for those who may not look."""
    if not may(user, Permission.VIEW_FIGURES):
        return ReviewFigures(0, 0, {})
    touched = ServiceEvent.objects.filter(at__gte=start, at__lt=end).values("version")
    events = ServiceEvent.objects.filter(version__in=touched, at__lt=end).order_by(
        "version", "at", "pk"
    )
    decided = {str(status): 0 for status in DECISIONS}
    times: dict[str, list[timedelta]] = {str(stage): [] for stage in STAGES}
    before: ServiceEvent | None = None
    for event in events:
        if event.at >= start:
            if event.to_status in decided:
                decided[event.to_status] += 1
            if event.from_status in times and before and before.version_id == event.version_id:
                times[event.from_status].append(event.at - before.at)
        before = event
    return ReviewFigures(
        approved=decided[ReviewStatus.APPROVED],
        returned=decided[ReviewStatus.RETURNED],
        median_time={stage: median_low(spans) for stage, spans in times.items() if spans},
    )


def changes(old: ServiceVersion, new: ServiceVersion) -> list[Change]:
    """The fields in which two versions differ, with their lines."""
    return [
        Change(name, str(_field(name).verbose_name), _lines(_text(old, name), _text(new, name)))
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]


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
