"""Branch by facility: what each branch has of each type, and whether that will do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from accounts.permissions import Actor, Permission
from branches.models import Branch, Facility, FacilityType
from branches.models.branch import BranchKind
from branches.models.facility import FacilityState
from branches.queries import facilities_of
from foundation import clock


class Verdict(StrEnum):
    """What is to be said of one cell, the worst first."""

    MISSING = "missing"
    UNFIT = "unfit"
    EXPIRED = "expired"
    WRONG_SIZE = "wrong_size"
    SHORT = "short"
    NOT_SEEN = "not_seen"
    GOOD = "good"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Cell:
    """One type in one branch. ``promised``: this branch must have it."""

    type: FacilityType
    verdict: Verdict
    promised: bool
    facility: Facility | None

    @property
    def is_gap(self) -> bool:
        """Promised, and not as it must be."""
        return self.promised and self.verdict != Verdict.GOOD


@dataclass(frozen=True)
class Line:
    branch: Branch
    cells: Sequence[Cell]

    @property
    def gaps(self) -> int:
        return sum(cell.is_gap for cell in self.cells)


@dataclass(frozen=True)
class Coverage:
    """The matrix: ``lines[n].cells[m]`` is of ``types[m]``."""

    types: Sequence[FacilityType]
    lines: Sequence[Line]


def coverage(user: Actor, branches: QuerySet[Branch] | None = None) -> Coverage:
    """The matrix of the branches in scope (or of some of them): three queries, however many."""
    rows = Branch.objects.for_user(user, Permission.VIEW_BRANCH).filter(is_active=True)
    if branches is not None:
        rows = rows.filter(pk__in=branches.values("pk"))
    return _matrix(list(rows), Facility.objects.filter(branch__in=rows))


def coverage_of(branch: Branch) -> Line:
    """One branch's line, for its own page, with all that the page says of each: three queries."""
    return _matrix([branch], facilities_of(branch)).lines[0]


def cell_of(branch: Branch, facility: Facility) -> Cell:
    """What is to be said of one facility, whose ``type`` is at hand."""
    return _cell(branch, facility.type, facility, clock.now(), clock.today())


def verdict_on(facility: Facility, now: datetime, today: date) -> Verdict:
    """Whether what a branch has of one type is as it must be.

    The facility's ``type`` must be at hand. What was never seen is judged by the register alone:
    a branch that has just been entered is not late.
    """
    kind = facility.type
    seen, every = facility.last_seen_at, kind.inspect_every_days
    found = {
        Verdict.MISSING: facility.state == FacilityState.MISSING or facility.quantity == 0,
        Verdict.UNFIT: facility.state == FacilityState.OUT_OF_USE,
        Verdict.EXPIRED: facility.expires_on is not None and facility.expires_on < today,
        Verdict.WRONG_SIZE: not _fits(facility),
        Verdict.SHORT: facility.quantity < kind.minimum,
        Verdict.NOT_SEEN: bool(seen and every and seen + timedelta(days=every) < now),
    }
    return next((verdict for verdict, is_so in found.items() if is_so), Verdict.GOOD)


def expiring(user: Actor, until: date) -> QuerySet[Facility]:
    """Facilities in scope that expire on or before ``until``, the soonest first."""
    return (
        Facility.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(expires_on__lte=until)
        .exclude(state=FacilityState.MISSING)
        .select_related("branch", "type")
        .order_by("expires_on", "branch", "pk")
    )


def _matrix(branches: Sequence[Branch], facilities: Iterable[Facility]) -> Coverage:
    types = list(FacilityType.objects.all())
    by_pk = {kind.pk: kind for kind in types}
    held: dict[tuple[int, int], Facility] = {}
    for facility in facilities:
        facility.type = by_pk[facility.type_id]
        held[facility.branch_id, facility.type_id] = facility
    now, today = clock.now(), clock.today()
    return Coverage(
        types,
        [
            Line(
                branch,
                [_cell(branch, kind, held.get((branch.pk, kind.pk)), now, today) for kind in types],
            )
            for branch in branches
        ],
    )


def _cell(
    branch: Branch, kind: FacilityType, facility: Facility | None, now: datetime, today: date
) -> Cell:
    promised = kind.promised_everywhere or (
        kind.promised_demonstration and branch.kind == BranchKind.DEMONSTRATION
    )
    if facility is None:
        return Cell(kind, Verdict.MISSING if promised else Verdict.NOT_ASKED, promised, None)
    return Cell(kind, verdict_on(facility, now, today), promised, facility)


def _fits(facility: Facility) -> bool:
    kind, size = facility.type, facility.measured
    if size is None:
        return True
    return (kind.at_least is None or size >= kind.at_least) and (
        kind.at_most is None or size <= kind.at_most
    )
