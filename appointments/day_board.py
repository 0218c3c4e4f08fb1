"""One region's day as it is promised, for whoever looks at it: who does what, minute by minute."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, QuerySet

from accounts.models import Region
from accounts.permissions import Actor, Permission
from appointments import travel
from appointments.models import DayPlan, HomeVisit, PlanRun, TeamMember
from appointments.states import PlanRunStatus, VisitStatus
from branches.models import Commitment, Staff
from branches.queries import Duty, live_commitments, local_moment
from foundation.geography import Place

NEVER_MADE = (VisitStatus.MOVED, VisitStatus.CANCELLED, VisitStatus.DECLINED)


@dataclass(frozen=True)
class Piece:
    """A stretch of somebody's day. ``road`` is the part of it that is the way there."""

    commitment: Commitment
    visit: HomeVisit | None

    @property
    def arrives(self) -> datetime:
        """When the way ends and the stay begins."""
        moment: datetime = self.commitment.arrives_at or self.commitment.span.lower
        return moment

    @property
    def road_minutes(self) -> int:
        return int((self.arrives - self.commitment.span.lower).total_seconds() // 60)


@dataclass(frozen=True)
class PersonDay:
    """One person who goes out that day."""

    staff: Staff
    on_duty: tuple[datetime, datetime] | None
    pieces: tuple[Piece, ...]
    home_minutes: int

    @property
    def road_minutes(self) -> int:
        """Minutes on the road, the way home included."""
        return sum(piece.road_minutes for piece in self.pieces) + self.home_minutes

    @property
    def visits(self) -> list[HomeVisit]:
        return [piece.visit for piece in self.pieces if piece.visit is not None]


@dataclass(frozen=True)
class Board:
    """The visits of the day in order of time, and everybody who goes out."""

    day: date
    visits: tuple[HomeVisit, ...]
    people: tuple[PersonDay, ...]

    @property
    def road_minutes(self) -> int:
        return sum(person.road_minutes for person in self.people)

    @property
    def without_a_team(self) -> list[HomeVisit]:
        """Visits ahead for which one of the two is missing."""
        return [visit for visit in self.visits if lacks_somebody(visit)]


def lacks_somebody(visit: HomeVisit) -> bool:
    """Whether somebody of its team cannot come; the team is read already."""
    ahead = visit.status in (VisitStatus.REQUESTED, VisitStatus.APPROVED, VisitStatus.PLANNED)
    return ahead and any(m.commitment.released_at is not None for m in visit.team.all())


def board_of(user: Actor, region: Region, day: date) -> Board:
    """The day in one region; ten queries however many people and visits."""
    first = local_moment(day, time.min)
    team = TeamMember.objects.select_related("commitment", "staff__branch")
    visits = list(
        HomeVisit.objects.for_user(user, Permission.PLAN_DAY)
        .filter(
            branch__region=region, starts_at__gte=first, starts_at__lt=first + timedelta(days=1)
        )
        .exclude(status__in=NEVER_MADE)
        .select_related("branch", "customer__branch", "service_version")
        .prefetch_related(Prefetch("team", team))
        .order_by("starts_at", "pk")
    )
    staff = {m.staff_id: m.staff for visit in visits for m in visit.team.all()}
    people = sorted(staff.values(), key=lambda one: (one.branch.code, one.badge))
    return Board(day, tuple(visits), tuple(_people(people, visits, day)))


def people_of_region(user: Actor, region: Region) -> QuerySet[Staff]:
    """Whoever may be sent, for the question what would be without them."""
    return (
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .active()
        .filter(branch__region=region, branch__is_active=True)
        .select_related("branch")
        .order_by("branch__code", "badge")
    )


def plans_for(user: Actor) -> QuerySet[DayPlan]:
    """The day plans in scope."""
    return DayPlan.objects.for_user(user, Permission.PLAN_DAY).select_related("region")


def runs_for(user: Actor) -> QuerySet[PlanRun]:
    """The runs in scope, the latest first."""
    return PlanRun.objects.for_user(user, Permission.PLAN_DAY).select_related(
        "absent__branch", "asked_by", "plan__region"
    )


def last_word(runs: Iterable[PlanRun]) -> PlanRun | None:
    """The latest run that has something to say about the plan as it stands."""
    told = (PlanRunStatus.ADOPTED, PlanRunStatus.KEPT)
    return next((run for run in runs if run.status in told and run.absent_id is None), None)


def _people(staff: Sequence[Staff], visits: Sequence[HomeVisit], day: date) -> Iterable[PersonDay]:
    first = local_moment(day, time.min)
    duty = Duty(staff, day, day)
    promised = live_commitments(staff, first, first + timedelta(days=1))
    about = {m.commitment_id: visit for visit in visits for m in visit.team.all()}
    goes_out: dict[int, list[Piece]] = defaultdict(list)
    for person in staff:
        for row in promised.get(person.pk, []):
            goes_out[person.pk].append(Piece(row, about.get(row.pk)))
    for person in staff:
        pieces = tuple(goes_out[person.pk])
        if any(piece.visit is not None for piece in pieces):
            yield PersonDay(person, duty.span(person, day), pieces, _way_home(person, pieces))


def _way_home(person: Staff, pieces: Sequence[Piece]) -> int:
    """Minutes from the last place of the day to the branch."""
    home: Place = (person.branch.latitude, person.branch.longitude)
    for piece in reversed(pieces):
        row = piece.commitment
        if row.latitude is not None and row.longitude is not None:
            return travel.minutes((row.latitude, row.longitude), home)
    return 0
