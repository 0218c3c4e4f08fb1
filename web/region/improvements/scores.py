"""A branch's score: by section, over time, among its peers, and why it moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from audits.models import Inspection, SectionScore
from audits.publishing import standard_of
from audits.queries import improvements_of, places, trend, why_score_moved
from audits.scoring import Moved, rounded
from audits.standard import Standard
from audits.states import ImprovementStatus
from web.desk.signed_in import StaffRequest, signed_in
from web.region.access import get_branch_or_404
from web.region.audits.frame import show_part

WEIGHTIEST = 12


@dataclass(frozen=True)
class Point:
    """One inspection of the trend, with its score and grade as they are shown."""

    inspection: Inspection
    grade: str

    @property
    def shown(self) -> str:
        percent = self.inspection.percent
        return f"{rounded(percent)}" if percent is not None else ""


@dataclass(frozen=True)
class Step:
    """What moved the score: an item (or the standard itself), and by how many points of 100."""

    code: str
    what: str
    effect: str
    up: bool


@require_safe
@signed_in
def branch_score(request: StaffRequest, code: str) -> HttpResponse:
    """Everything here is reckoned from submitted inspections; nobody types a score."""
    branch = get_branch_or_404(request.user, code)
    require(request.user, Permission.VIEW_AUDIT)
    rows = list(trend(request.user, branch))
    last = rows[-1] if rows else None
    context = {
        "branch": branch,
        "points": [_point(row) for row in reversed(rows)],
        "last": _point(last) if last else None,
        "sections": _sections(last) if last else [],
        "standing": places(request.user).get(branch.pk),
        "before": _point(rows[-2]) if len(rows) > 1 else None,
        "moved": _moved(rows),
        "open": improvements_of(request.user, branch)
        .exclude(status=ImprovementStatus.CLOSED)
        .count(),
    }
    return show_part(request, "improving/score", context, part="improvements")


def _point(row: Inspection) -> Point:
    grade = standard_of(row.version).grade(row.grade)
    return Point(row, str(grade.name) if grade else "")


def _sections(row: Inspection) -> list[tuple[str, SectionScore]]:
    names = {one.code: str(one.name) for one in standard_of(row.version).sections}
    return [(names.get(one.section, one.section), one) for one in row.section_scores.all()]


def _moved(rows: Sequence[Inspection]) -> list[Step]:
    if len(rows) < 2:
        return []
    before, after = rows[-2:]
    standard = standard_of(after.version)
    moved = [one for one in why_score_moved(before, after) if one.effect]
    moved.sort(key=lambda one: -abs(one.effect))
    return [_step(standard, one) for one in moved[:WEIGHTIEST]]


def _step(standard: Standard, one: Moved) -> Step:
    item = standard.by_code.get(one.item)
    what = str(item.what) if item else ""
    return Step(one.item, what, f"{rounded(one.effect):+}", one.effect > 0)
