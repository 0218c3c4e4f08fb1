"""What a day's visits look like from afar: enough to see that something has changed."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from appointments.models import HomeVisit, TeamMember
from appointments.models.home_visit import HomeVisitQuerySet
from appointments.states import AHEAD
from branches.queries import local_moment
from foundation import clock


@dataclass(frozen=True)
class Mark:
    """One region's day: a text that changes with its visits, and how many have lost somebody."""

    region: int
    day: date
    text: str
    visits: int
    at_risk: int


def marks_ahead() -> list[Mark]:
    """Every region's days from today on, as far as bookings are taken. One query."""
    first = local_moment(clock.today(), time.min)
    last = first + timedelta(days=settings.NUANBAN_BOOKING_DAYS)
    return _marks(HomeVisit.objects.live().filter(starts_at__gte=first, starts_at__lt=last))


def mark_of(region: int, day: date) -> str:
    """The mark of one region's day; empty when nobody is visited."""
    first = local_moment(day, time.min)
    rows = HomeVisit.objects.live().filter(
        branch__region=region, starts_at__gte=first, starts_at__lt=first + timedelta(days=1)
    )
    return next((mark.text for mark in _marks(rows)), "")


def days_with_visits(region: int, first: date) -> list[date]:
    """The days from ``first`` on for which a region has promised visits, in order."""
    since = local_moment(first, time.min)
    rows = HomeVisit.objects.live().filter(branch__region=region, starts_at__gte=since)
    return [mark.day for mark in _marks(rows)]


def _marks(visits: HomeVisitQuerySet) -> list[Mark]:
    gone = TeamMember.objects.filter(visit=OuterRef("pk"), commitment__released_at__isnull=False)
    rows = (
        visits.annotate(
            day=TruncDate("starts_at", tzinfo=timezone.get_default_timezone()),
            lost=Exists(gone),
        )
        .values("branch__region", "day")
        .annotate(
            visits=Count("pk"),
            versions=Sum("version"),
            newest=Max("pk"),
            at_risk=Count("pk", filter=Q(lost=True, status__in=sorted(AHEAD))),
        )
        .order_by("day", "branch__region")
    )
    return [
        Mark(
            row["branch__region"],
            row["day"],
            f"{row['visits']}:{row['versions']}:{row['newest']}:{row['at_risk']}",
            row["visits"],
            row["at_risk"],
        )
        for row in rows
    ]
