"""Scoped and joined reads: what pages and figures ask. Every one starts from ``for_user``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import (
    Count,
    F,
    Func,
    Min,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
)
from django.utils import timezone

from accounts.permissions import Actor, Permission
from audits.judging import Verdict
from audits.models import (
    Finding,
    FindingSource,
    Improvement,
    ImprovementEvent,
    Inspection,
    ItemResult,
    SectionScore,
    StandardVersion,
    Suspension,
)
from audits.models.inspection import InspectionQuerySet
from audits.publishing import standard_of
from audits.sampling import BranchFacts
from audits.scoring import Gap, Moved, Points, Verdicts, gaps, next_grade, rank, score, why_moved
from audits.standard import GradeRule
from branches.models import Branch, Staff
from branches.models.branch import BranchKind
from foundation import clock

YEAR = timedelta(days=365)
# A theme is worth making when this many branches share a finding.
SHARED_BY = 3
# Branches with up to so many people are each other's peers; above the last they are large.
SIZES = (5, 10, 20)


@dataclass(frozen=True)
class Place:
    """A branch among its peers: ``place`` of ``of``, with its score."""

    percent: Fraction
    place: int
    of: int


@dataclass(frozen=True)
class Age:
    """How many unsettled improvements are so many days past their deadline, and of which kind."""

    upto: int | None
    number: int
    must_have: int


def inspections_of(user: Actor, branch: Branch | None = None) -> InspectionQuerySet:
    """Inspections in scope, newest first."""
    rows: InspectionQuerySet = Inspection.objects.for_user(user, Permission.VIEW_AUDIT)
    if branch is not None:
        rows = rows.filter(branch=branch)
    # The document is 80 KB of JSON: parsed for each of 2,000 rows it took seven seconds.
    return rows.select_related("branch", "version", "inspector").defer("version__document")


def versions() -> QuerySet[StandardVersion]:
    """Published versions, the newest first, with the number of their items."""
    rows = StandardVersion.objects.published().annotate(item_count=Count("items"))
    return rows.order_by("code", "-number")


def by_month(user: Actor, year: int) -> dict[int, dict[str, int]]:
    """The audit calendar of a year: how many inspections of each status a month holds."""
    rows = (
        Inspection.objects.for_user(user, Permission.VIEW_AUDIT)
        .filter(planned_for__year=year)
        .order_by()
        .values_list("planned_for__month", "status")
        .annotate(number=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for month, status, number in rows:
        found.setdefault(month, {})[status] = number
    return found


def trend(user: Actor, branch: Branch) -> QuerySet[Inspection]:
    """A branch's official results, oldest first: each with points, grade and sections."""
    return (
        inspections_of(user, branch)
        .submitted()
        .official()
        .prefetch_related("section_scores")
        .order_by("submitted_at", "pk")
    )


def latest_results(user: Actor) -> QuerySet[Inspection]:
    """The newest official result of every branch in scope."""
    return inspections_of(user).filter(pk=Subquery(_latest_of(OuterRef("branch"))))


def _latest_points(user: Actor) -> QuerySet[Inspection]:
    """The same, bare: for figures over many branches."""
    rows: InspectionQuerySet = Inspection.objects.for_user(user, Permission.VIEW_AUDIT)
    newest = rows.filter(pk=Subquery(_latest_of(OuterRef("branch"))))
    return newest.only("branch", "points", "out_of", "submitted_at").order_by()


def verdicts_of(inspection: Inspection) -> Verdicts:
    """The verdicts of a submitted inspection."""
    rows = inspection.results.values_list("item__code", "verdict")
    return {code: Verdict(verdict) for code, verdict in rows}


def missing_for_next_grade(inspection: Inspection) -> tuple[GradeRule | None, list[Gap]]:
    """The grade above, and what stands between; (None, []) at the top."""
    standard, verdicts = standard_of(inspection.version), verdicts_of(inspection)
    reached = score(standard, verdicts, inspection.last_works_year)
    above = next_grade(standard, reached)
    return above, gaps(standard, verdicts, reached, above) if above is not None else []


def why_score_moved(before: Inspection, after: Inspection) -> list[Moved]:
    """What took the score from one submitted inspection to another, item by item."""
    return why_moved(
        standard_of(before.version),
        verdicts_of(before),
        standard_of(after.version),
        verdicts_of(after),
    )


def places(user: Actor) -> dict[int, Place]:
    """Where every inspected branch in scope stands among those of like size, by branch."""
    people = Staff.objects.active().filter(branch=OuterRef("branch")).order_by()
    counted = people.annotate(n=Func(F("pk"), function="COUNT")).values("n")
    rows = _latest_points(user).annotate(people=Subquery(counted))
    peers: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        if row.percent is not None:
            peers.setdefault(size_band(row.people), {})[row.branch_id] = row.percent
    return {
        branch: Place(scores[branch], place, len(scores))
        for scores in peers.values()
        for branch, place in rank(scores).items()
    }


def size_band(people: int) -> int:
    """Which of the sizes a branch with so many people has; 0 is the smallest."""
    return sum(people > most for most in SIZES)


def coverage(user: Actor) -> dict[str, dict[str, int]]:
    """For each item, how many branches' newest official results say what: the coverage matrix."""
    rows = (
        ItemResult.objects.filter(inspection__in=_latest_points(user).values("pk"))
        .order_by()
        .values("item__code", "verdict")
        .annotate(number=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["item__code"], {})[row["verdict"]] = row["number"]
    return found


def section_matrix(user: Actor) -> dict[int, dict[str, Points]]:
    """The newest official points of every branch in scope, by section: the region's table."""
    rows = SectionScore.objects.filter(inspection__in=_latest_points(user).values("pk")).order_by(
        "inspection", "position"
    )
    found: dict[int, dict[str, Points]] = {}
    for branch, section, points, out_of in rows.values_list(
        "inspection__branch", "section", "points", "out_of"
    ):
        found.setdefault(branch, {})[section] = Points(section, points, out_of)
    return found


def findings_of(user: Actor, inspection: Inspection) -> QuerySet[Finding]:
    """What one inspection found wrong, each with what is done about it, the worst first."""
    rows = Finding.objects.for_user(user, Permission.VIEW_AUDIT)
    return (
        rows.filter(result__inspection=inspection)
        .select_related("item", "improvement")
        .order_by("-must_have", "item__position")
    )


def improvements_of(user: Actor, branch: Branch | None = None) -> QuerySet[Improvement]:
    """Improvements in scope with their finding, the nearest deadline first."""
    rows = Improvement.objects.for_user(user, Permission.VIEW_AUDIT).select_related(
        "finding__item", "branch", "owner", "theme"
    )
    return rows.filter(branch=branch) if branch is not None else rows


def improvement_page(user: Actor) -> QuerySet[Improvement]:
    """The same with everything that happened, who did it, and the evidence."""
    return improvements_of(user).prefetch_related(
        Prefetch("events", ImprovementEvent.objects.select_related("actor")), "evidence"
    )


def overdue_by_age(user: Actor, today: date | None = None) -> list[Age]:
    """Unsettled improvements past their deadline: up to 7, 30, 90 days, and older."""
    on = today or clock.today()
    rows = Improvement.objects.for_user(user, Permission.VIEW_AUDIT).overdue(on)
    pairs = [
        ((on - deadline).days, must)
        for deadline, must in rows.values_list("deadline", "finding__must_have")
    ]
    ages, above = [], 0
    for upto in (7, 30, 90, None):
        inside = [must for days, must in pairs if above < days and (upto is None or days <= upto)]
        ages.append(Age(upto, len(inside), sum(inside)))
        above = upto or above
    return ages


def shared_findings(
    user: Actor, at_least: int = SHARED_BY
) -> QuerySet[Improvement, dict[str, object]]:
    """Items that are unsettled at many branches and belong to no theme: what a theme is for."""
    return (
        Improvement.objects.for_user(user, Permission.VIEW_AUDIT)
        .unsettled()
        .filter(theme__isnull=True)
        .exclude(item_code="")
        .order_by()
        .values("item_code", "branch__region")
        .annotate(branches=Count("branch", distinct=True), oldest=Min("opened_at"))
        .filter(branches__gte=at_least)
        .order_by("-branches", "item_code")
    )


def to_suspend(user: Actor, today: date | None = None) -> QuerySet[Branch]:
    """Demonstration branches with an open must-have past its deadline and no decision yet."""
    late = Improvement.objects.overdue(today or clock.today()).filter(finding__must_have=True)
    return (
        Branch.objects.for_user(user, Permission.SUSPEND_BRANCH)
        .filter(kind=BranchKind.DEMONSTRATION, pk__in=late.values("branch"))
        .exclude(pk__in=Suspension.objects.in_force().values("branch"))
        .order_by("code")
    )


def risk_facts(user: Actor, today: date | None = None) -> list[BranchFacts]:
    """What the choice of the next inspections looks at, for every open branch in scope to which
    nobody has been sent yet."""
    on = today or clock.today()
    branches = Branch.objects.for_user(user, Permission.PLAN_INSPECTION).filter(is_active=True)
    branches = branches.exclude(pk__in=Inspection.objects.official().open().values("branch"))
    last = {row.branch_id: row for row in _latest_points(user)}
    complaints = _numbers(
        Finding.objects.filter(source=FindingSource.COMPLAINT, found_on__gt=on - YEAR)
    )
    oldest = dict(
        Improvement.objects.unsettled()
        .order_by()
        .values_list("branch")
        .annotate(first=Min("finding__found_on"))
    )
    return [
        _facts(branch, last.get(branch), complaints, oldest, on)
        for branch in branches.values_list("pk", flat=True)
    ]


def _facts(
    branch: int,
    last: Inspection | None,
    complaints: Mapping[int, int],
    oldest: Mapping[int, date],
    on: date,
) -> BranchFacts:
    ended = last.submitted_at if last is not None else None
    return BranchFacts(
        branch=branch,
        last_score=last.percent if last is not None else None,
        complaints=complaints.get(branch, 0),
        oldest_finding_days=(on - oldest[branch]).days if branch in oldest else 0,
        days_since=(on - timezone.localdate(ended)).days if ended is not None else None,
    )


def _numbers(findings: QuerySet[Finding]) -> dict[int, int]:
    return dict(findings.order_by().values_list("branch").annotate(number=Count("pk")))


def _latest_of(branch: OuterRef) -> QuerySet[Inspection, int]:
    return (
        Inspection.objects.submitted()
        .official()
        .filter(branch=branch)
        .order_by(F("submitted_at").desc(), "-pk")
        .values_list("pk", flat=True)[:1]
    )
