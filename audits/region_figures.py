"""What the regional office is answerable for, over some days: one object, reckoned from the rows.

Waits and windows are counted in the database, so that a year of a large region costs as many
queries as a day of a small one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from appointments.models import HomeVisit, VisitEvent
from appointments.states import VisitStatus
from audits.models import Finding, FindingSource, Improvement
from audits.queries import Age, latest_results, overdue_by_age, to_suspend
from audits.scoring import rounded
from branches.expiry import ExpiryKind, expiries
from branches.queries import branch_list, local_moment
from eldercare.models import Escort
from foundation import clock

SOON = timedelta(days=30)
WORST = 10


class Percentile(Aggregate):
    """The value below which so large a part of the values lies (SQL's ``percentile_cont``)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(part)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: object, part: float) -> None:
        super().__init__(expression, part=part, output_field=DurationField())


@dataclass(frozen=True)
class BranchScore:
    """One branch's newest official score; a code and a name, nobody's data."""

    code: str
    name: str
    percent: str
    grade: str
    must_failed: int


@dataclass(frozen=True)
class Visits:
    """Home visits that were planned to begin within the days.

    ``kept``: the team was at the door before the window closed, of those ``due`` at all.
    """

    asked: int = 0
    done: int = 0
    due: int = 0
    kept: int = 0
    cancelled: int = 0
    declined: int = 0
    not_done: int = 0

    @property
    def kept_percent(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None


@dataclass(frozen=True)
class Escorts:
    """People who came into a lobby within the days, and minutes until somebody was with them."""

    came: int = 0
    done: int = 0
    left: int = 0
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True)
class RegionFigures:
    """The region from ``first`` to ``last``, both included; what is open is open ``as_of``."""

    first: date
    last: date
    as_of: datetime
    branches: int
    lacking: int
    grades: dict[str, int]
    worst: Sequence[BranchScore]
    never_inspected: int
    overdue: Sequence[Age]
    open_by_severity: dict[str, int]
    to_suspend: int
    complaints: int
    escorts: Escorts
    visits: Visits
    expiring: dict[str, int] = field(default_factory=dict)

    @property
    def overdue_total(self) -> int:
        return sum(age.number for age in self.overdue)


def region_figures(user: User, first: date, last: date) -> RegionFigures:
    """Everything that the region's page shows of these days, within this person's scope."""
    span = _span(first, last)
    branches = list(branch_list(user))
    grades, worst, inspected = _scores(user)
    severities = (
        Improvement.objects.for_user(user, Permission.VIEW_AUDIT)
        .unsettled()
        .order_by()
        .values_list("finding__severity")
        .annotate(Count("pk"))
    )
    complaints = Finding.objects.for_user(user, Permission.VIEW_AUDIT).filter(
        source=FindingSource.COMPLAINT, found_on__range=(first, last)
    )
    return RegionFigures(
        first=first,
        last=last,
        as_of=clock.now(),
        branches=len(branches),
        lacking=sum(getattr(branch, "lacking_count", 0) > 0 for branch in branches),
        grades=grades,
        worst=worst,
        never_inspected=len({branch.pk for branch in branches} - inspected),
        overdue=[age for age in overdue_by_age(user) if age.number],
        open_by_severity=dict(severities),
        to_suspend=to_suspend(user).count(),
        complaints=complaints.count(),
        escorts=_escorts(user, span),
        visits=_visits(user, span),
        expiring=_expiring(user),
    )


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    midnight = datetime.min.time()
    return local_moment(first, midnight), local_moment(last + timedelta(days=1), midnight)


def _scores(user: User) -> tuple[dict[str, int], list[BranchScore], set[int]]:
    """How many branches have which grade, the lowest scores, and who has been inspected."""
    rows = [row for row in latest_results(user).select_related("branch") if row.branch.is_active]
    grades: dict[str, int] = {}
    for row in rows:
        grades[row.grade] = grades.get(row.grade, 0) + 1
    scored = [(row.percent, row) for row in rows if row.percent is not None]
    scored.sort(key=lambda pair: (pair[0], pair[1].branch.code))
    worst = [
        BranchScore(
            row.branch.code,
            row.branch.name,
            str(rounded(percent)),
            row.grade,
            row.must_failed or 0,
        )
        for percent, row in scored[:WORST]
    ]
    return grades, worst, {row.branch_id for row in rows}


def _escorts(user: User, span: tuple[datetime, datetime]) -> Escorts:
    wait = ExpressionWrapper(F("taken_at") - F("arrived_at"), output_field=DurationField())
    here = (
        Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        .filter(arrived_at__gte=span[0], arrived_at__lt=span[1])
        .exclude(status__in=["booked", "cancelled", "no_show"])
        .order_by()
    )
    counted = here.aggregate(
        came=Count("pk"),
        done=Count("pk", filter=Q(status="done")),
        left=Count("pk", filter=Q(status="left")),
    )
    waits = here.filter(taken_at__isnull=False).aggregate(
        median=Percentile(wait, 0.5), p90=Percentile(wait, 0.9)
    )
    return Escorts(**counted, median=_minutes(waits["median"]), p90=_minutes(waits["p90"]))


def _minutes(wait: timedelta | None) -> float | None:
    return None if wait is None else round(max(0.0, wait.total_seconds() / 60), 1)


def _visits(user: User, span: tuple[datetime, datetime]) -> Visits:
    rows = (
        HomeVisit.objects.for_user(user, Permission.VIEW_VISIT)
        .filter(starts_at__gte=span[0], starts_at__lt=span[1])
        .exclude(status=VisitStatus.MOVED)
        .order_by()
    )
    counted = rows.aggregate(
        asked=Count("pk"),
        done=Count("pk", filter=Q(status=VisitStatus.DONE)),
        cancelled=Count("pk", filter=Q(status=VisitStatus.CANCELLED)),
        declined=Count("pk", filter=Q(status=VisitStatus.DECLINED)),
        not_done=Count("pk", filter=Q(status=VisitStatus.NOT_DONE)),
    )
    arrived = (
        VisitEvent.objects.filter(visit__in=rows.values("pk"), to_status=VisitStatus.AT_THE_DOOR)
        .order_by()
        .aggregate(
            due=Count("visit", distinct=True),
            kept=Count("visit", distinct=True, filter=Q(at__lte=F("visit__window__endswith"))),
        )
    )
    # Whoever could not be served although a team was promised counts as a promise too.
    due = arrived["due"] + counted["not_done"]
    return Visits(**counted, due=due, kept=arrived["kept"])


def _expiring(user: User) -> dict[str, int]:
    today = timezone.localdate(clock.now())
    soon = expiries(user, today - timedelta(days=365), today + SOON, kinds=list(ExpiryKind))
    found: dict[str, int] = {}
    for one in soon:
        found[one.kind.value] = found.get(one.kind.value, 0) + 1
    return found
