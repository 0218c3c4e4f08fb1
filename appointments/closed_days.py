"""Days that close after somebody was promised something: a decree has moved a holiday.

However the calendar came to change (a line for all branches, a new year's notice), the sweep finds
what was promised on a day that is none any more. Each customer is told once, with the nearest times
that can be kept instead, and a person is asked to phone. The promise stands until it is moved or
cancelled; when the day opens again, the customer is told that we come after all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.permissions import Actor, Permission
from appointments import escort_times, notices, visits
from appointments.availability import demand_of, next_windows
from appointments.locks import visit_locked
from appointments.models import HomeVisit
from appointments.states import AHEAD, VisitStatus
from branches.calendar import BranchCalendar
from branches.models import Branch, Commitment
from branches.queries import Duty
from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from foundation.locks import locking
from workflow.due_steps import ask_a_person, settle_all
from workflow.models import DueStep
from workflow.states import StepStatus

KIND = "day_closed"
OPEN_AGAIN = "the day is open again"


@dataclass(frozen=True)
class Lost:
    """A visit, or company at a branch, that was promised on a day which is closed now."""

    promise: HomeVisit | Escort
    at: datetime
    binds: tuple[Commitment, ...]

    @property
    def branch(self) -> Branch:
        """Whose people have promised it."""
        return self.promise.branch

    @property
    def is_visit(self) -> bool:
        return isinstance(self.promise, HomeVisit)


def lost(user: Actor) -> list[Lost]:
    """What is in this person's scope and was promised on a day that is closed now, in order."""
    return _among(
        HomeVisit.objects.for_user(user, Permission.VIEW_VISIT),
        Escort.objects.for_user(user, Permission.VIEW_ESCORT),
    )


def is_lost(visit: HomeVisit) -> bool:
    """Whether this visit's team is not on duty because the branch is closed that day."""
    return bool(_among(HomeVisit.objects.filter(pk=visit.pk), Escort.objects.none()))


def sweep() -> int:
    """Tell each customer whose day has closed, or opened again; how many were told."""
    rows = _among(HomeVisit.objects.all(), Escort.objects.all())
    told = sum(_tell(row) for row in rows)
    return told + _take_back({row.promise.subject for row in rows})


def _among(visits: QuerySet[HomeVisit], escorts: QuerySet[Escort]) -> list[Lost]:
    promised = [*_visits(visits), *_escorts(escorts)]
    if not promised:
        return []
    days = [timezone.localdate(row.at) for row in promised]
    calendar = BranchCalendar({row.branch for row in promised}, min(days), max(days))
    shut = [
        row
        for row, day in zip(promised, days, strict=True)
        if not calendar.day(row.branch, day).working
    ]
    return sorted(_unkept(shut), key=lambda row: row.at)


def _visits(visits: QuerySet[HomeVisit]) -> Iterable[Lost]:
    rows = (
        visits.filter(status__in=sorted(AHEAD), starts_at__gt=clock.now())
        .select_related("branch", "customer__branch", "service_version", "representative")
        .prefetch_related("team__commitment__staff__branch")
    )
    for row in rows:
        yield Lost(row, row.starts_at, tuple(member.commitment for member in row.team.all()))


def _escorts(escorts: QuerySet[Escort]) -> Iterable[Lost]:
    rows = escorts.filter(status=EscortStatus.BOOKED, booked_for__gt=clock.now()).select_related(
        "branch", "customer", "service_version", "commitment__staff__branch"
    )
    for row in rows:
        if row.booked_for is not None and row.commitment is not None:
            yield Lost(row, row.booked_for, (row.commitment,))


def _unkept(rows: list[Lost]) -> list[Lost]:
    """Those whose people are not on duty then: a closed branch may have put some on duty."""
    binds = [bind for row in rows for bind in row.binds]
    if not binds:
        return []
    days = [timezone.localdate(bind.span.lower) for bind in binds]
    duty = Duty({bind.staff for bind in binds}, min(days), max(days))

    def kept(bind: Commitment) -> bool:
        span = duty.span(bind.staff, timezone.localdate(bind.span.lower))
        return span is not None and span[0] <= bind.span.lower and bind.span.upper <= span[1]

    return [row for row in rows if not all(kept(bind) for bind in row.binds)]


def _tell(row: Lost) -> bool:
    """Write to the customer and ask a person to phone, once for each time that the day closed."""
    subject = row.promise.subject
    before = DueStep.objects.filter(subject=subject, kind=KIND, outcome=OPEN_AGAIN).count()
    key = f"{subject}:{KIND}:{before}"
    if DueStep.objects.filter(key=key).exists():
        return False
    with locking():
        promise = _locked(row.promise)
        if DueStep.objects.filter(key=key).exists() or not _is_ahead(promise):
            return False
        if isinstance(promise, HomeVisit):
            windows = next_windows(promise.customer.branch, demand_of(promise), near=row.at)
            notices.day_closed(promise, windows, key=key)
        else:
            times = escort_times.nearest(promise.branch, promise.service_version, row.at)
            notices.escort_day_closed(promise, [time.start for time in times], key=key)
        ask_a_person(key=key, kind=KIND, subject=subject, branch_code=row.branch.code)
    return True


def _take_back(still_lost: set[str]) -> int:
    """Where the day has opened again and nothing was moved meanwhile: we come after all."""
    steps = DueStep.objects.filter(kind=KIND, status=StepStatus.OPEN).exclude(
        subject__in=still_lost
    )
    return sum(_keep_after_all(subject) for subject in steps.values_list("subject", flat=True))


def _keep_after_all(subject: str) -> bool:
    kind, _colon, public_id = subject.partition(":")
    with locking():
        promise = _locked(_named(kind, public_id))
        settle_all(subject=subject, kinds=[KIND], outcome=OPEN_AGAIN, only_open=True)
        if not _is_ahead(promise):
            return False
        times = DueStep.objects.filter(subject=subject, kind=KIND, outcome=OPEN_AGAIN).count()
        if isinstance(promise, HomeVisit):
            notices.day_kept(promise, key=f"{subject}:day_kept:{times}")
            _announce_if_missed(promise)
        else:
            notices.escort_day_kept(promise, key=f"{subject}:day_kept:{times}")
    return True


def _announce_if_missed(visit: HomeVisit) -> None:
    """Six o'clock the evening before may have passed while the day was closed."""
    missed = DueStep.objects.filter(
        subject=visit.subject, kind="announce_team", status=StepStatus.SKIPPED
    )
    if visit.status == VisitStatus.APPROVED and missed.exists():
        visits.announce(visit)


def _named(kind: str, public_id: str) -> HomeVisit | Escort:
    if kind == "visit":
        return HomeVisit.objects.get(public_id=public_id)
    return Escort.objects.get(public_id=public_id)


def _locked(promise: HomeVisit | Escort) -> HomeVisit | Escort:
    if isinstance(promise, HomeVisit):
        return visit_locked(promise.pk)
    return escort_locked(promise.pk)


def _is_ahead(promise: HomeVisit | Escort) -> bool:
    if isinstance(promise, HomeVisit):
        return VisitStatus(promise.status) in AHEAD and promise.starts_at > clock.now()
    return promise.status == EscortStatus.BOOKED
