"""Who is on the floor, and when too few are: gaps are seen before they happen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from branches.calendar import BranchCalendar
from branches.models import Branch, Commitment, CommitmentKind, Staff
from branches.queries import Duty, Span, local_moment

# Whoever escorts a customer is on the floor; whoever visits, talks elsewhere or is on leave is not.
OFF_THE_FLOOR = (CommitmentKind.LEAVE, CommitmentKind.VISIT, CommitmentKind.TALK)


@dataclass(frozen=True)
class Gap:
    """From when until when an open branch has fewer people on the floor than it needs."""

    branch: Branch
    start: datetime
    end: datetime
    on_floor: int


def cover_gaps(
    branches: Sequence[Branch],
    first: date,
    last: date,
    *,
    without: Mapping[int, Span] | None = None,
) -> list[Gap]:
    """The gaps of some branches over a span of days, in order: eight queries, however many.

    ``without``: people (by primary key) imagined away for a span, to see what their leave would do.
    """
    staff = list(Staff.objects.active().filter(branch__in=branches).select_related("branch"))
    duty, calendar = Duty(staff, first, last), BranchCalendar(branches, first, last)
    away = _away(staff, first, last)
    for pk, span in (without or {}).items():
        away[pk].append(span)
    team: dict[int, list[Staff]] = defaultdict(list)
    for person in staff:
        team[person.branch_id].append(person)
    gaps = []
    for branch in branches:
        for day in _days(first, last):
            hours = calendar.day(branch, day).hours
            if hours is None:
                continue
            present = [
                piece
                for person in team[branch.pk]
                if (on_duty := duty.span(person, day)) is not None
                for piece in _minus(on_duty, away[person.pk])
            ]
            opening = local_moment(day, hours[0]), local_moment(day, hours[1])
            gaps += _gaps_of_day(branch, opening, present)
    return gaps


def new_gaps(before: Iterable[Gap], after: Iterable[Gap]) -> list[Gap]:
    """What of ``after`` is worse than ``before``: gaps that no earlier one covers, as empty."""
    known = list(before)
    return [
        gap
        for gap in after
        if not any(
            old.branch == gap.branch
            and old.start <= gap.start
            and gap.end <= old.end
            and old.on_floor <= gap.on_floor
            for old in known
        )
    ]


def _away(staff: Iterable[Staff], first: date, last: date) -> dict[int, list[Span]]:
    opens = datetime.min.time()
    rows = Commitment.objects.live().filter(
        staff__in=[person.pk for person in staff],
        kind__in=OFF_THE_FLOOR,
        span__overlap=(
            local_moment(first, opens),
            local_moment(last + timedelta(days=1), opens),
        ),
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.staff_id].append((row.span.lower, row.span.upper))
    return found


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _minus(span: Span, away: Iterable[Span]) -> list[Span]:
    """What is left of a span without others."""
    pieces, start = [], span[0]
    for gone, back in sorted(away):
        if back <= start or gone >= span[1]:
            continue
        if gone > start:
            pieces.append((start, gone))
        start = max(start, back)
    if start < span[1]:
        pieces.append((start, span[1]))
    return pieces


def _gaps_of_day(branch: Branch, opening: Span, present: Sequence[Span]) -> list[Gap]:
    """Cut the opening hours wherever somebody comes or goes, and join equal neighbours."""
    opens, closes = opening
    cuts = {opens, closes} | {t for span in present for t in span if opens < t < closes}
    gaps: list[Gap] = []
    times = sorted(cuts)
    for start, end in pairwise(times):
        on_floor = sum(since <= start and end <= until for since, until in present)
        if on_floor >= branch.minimum_cover:
            continue
        if gaps and gaps[-1].end == start and gaps[-1].on_floor == on_floor:
            gaps[-1] = Gap(branch, gaps[-1].start, end, on_floor)
        else:
            gaps.append(Gap(branch, start, end, on_floor))
    return gaps
