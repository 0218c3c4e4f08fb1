"""Scoped and joined reads: the lobby board, the catalogue, whom somebody may act for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import Case, Count, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils import timezone

from accounts.permissions import Actor, Permission, may
from branches.models import Branch, Staff
from branches.queries import local_moment
from eldercare.models import (
    Customer,
    CustomerEvent,
    EligibilityDecision,
    Escort,
    KeptAction,
    Reveal,
    ServiceVersion,
)
from eldercare.states import EscortStatus, ReviewStatus
from foundation import clock

HISTORY = timedelta(weeks=8)


@dataclass(frozen=True)
class Busyness:
    """How many people came to a branch, by ISO weekday and hour, over the last eight weeks."""

    arrivals: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, branch: Branch) -> "Busyness":
        """The branch's own history, in one query."""
        return cls(arrivals(branch, timezone.localdate(clock.now() - HISTORY)))

    def is_quiet(self, moment: datetime) -> bool:
        """Whether fewer come at this time than at half of the branch's busy hours.

        False as long as there is no history: we do not promise what we do not know.
        """
        if not self.arrivals:
            return False
        local = timezone.localtime(moment)
        here = self.arrivals.get((local.isoweekday(), local.hour), 0)
        return here < median(self.arrivals.values())


def arrivals(branch: Branch, since: date) -> dict[tuple[int, int], int]:
    """How many people have come to a branch since a day, by ISO weekday and hour of the day."""
    rows = (
        Escort.objects.filter(branch=branch, arrived_at__gte=local_moment(since, time()))
        .exclude(status__in=[EscortStatus.BOOKED, EscortStatus.CANCELLED, EscortStatus.NO_SHOW])
        .order_by()
        .annotate(weekday=ExtractIsoWeekDay("arrived_at"), hour=ExtractHour("arrived_at"))
        .values_list("weekday", "hour")
        .annotate(Count("pk"))
    )
    return {(weekday, hour): count for weekday, hour, count in rows}


def services_offered() -> QuerySet[ServiceVersion]:
    """What customers may be offered today, wherever it is done."""
    return ServiceVersion.objects.offered().select_related("service").order_by("service__code")


def services_at_home() -> QuerySet[ServiceVersion]:
    """What may be booked at home today."""
    return ServiceVersion.objects.offered().at_home().order_by("service__code")


def services_at_branch() -> QuerySet[ServiceVersion]:
    """What an assistant may accompany in a branch today."""
    return ServiceVersion.objects.offered().at_branch().order_by("service__code")


def services_asked_for(branch: Branch) -> list[ServiceVersion]:
    """What may be done in a branch, by how often people came here for it over eight weeks."""
    came = dict(
        Escort.objects.filter(branch=branch, arrived_at__gte=clock.now() - timedelta(weeks=8))
        .order_by()
        .values_list("service_version__service")
        .annotate(Count("pk"))
    )
    return sorted(services_at_branch(), key=lambda one: -came.get(one.service_id, 0))


def service_versions(user: Actor) -> QuerySet[ServiceVersion]:
    """The catalogue with its history; what waits for a reviewer stands first."""
    if not may(user, Permission.VIEW_SERVICE):
        return ServiceVersion.objects.none()
    return ServiceVersion.objects.select_related(
        "service", "author", "inner_reviewer", "rechecker"
    ).order_by(
        Case(
            When(status__in=[ReviewStatus.INNER_REVIEW, ReviewStatus.RECHECK], then=Value(0)),
            When(status__in=[ReviewStatus.DRAFT, ReviewStatus.RETURNED], then=Value(1)),
            When(status=ReviewStatus.APPROVED, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
        "service__code",
        "-number",
    )


def board(user: Actor, branch: Branch) -> QuerySet[Escort]:
    """Who is in the lobby: those who wait first, needs before none, then by time of arrival."""
    return (
        Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        .filter(branch=branch)
        .open()
        .select_related("customer", "service_version", "assistant")
        .annotate(
            waiting_first=Case(
                When(status=EscortStatus.WAITING, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            needs_first=Case(
                When(needs=[], then=Value(1)), default=Value(0), output_field=IntegerField()
            ),
        )
        .order_by("waiting_first", "needs_first", "arrived_at", "pk")
    )


def conflicts(user: Actor, branch: Branch) -> QuerySet[KeptAction]:
    """What tablets kept without a network and somebody must settle, in order of time."""
    return (
        KeptAction.objects.for_user(user, Permission.RUN_ESCORT)
        .filter(branch=branch)
        .open()
        .select_related("actor", "escort__customer", "escort__assistant")
        .order_by("happened_at", "pk")
    )


def expected(user: Actor, branch: Branch) -> QuerySet[Escort]:
    """Who has booked company at this branch for today and is not here yet, in order of time."""
    start = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        .filter(
            branch=branch,
            status=EscortStatus.BOOKED,
            booked_for__gte=start,
            booked_for__lt=start + timedelta(days=1),
        )
        .select_related("customer", "service_version", "assistant")
        .order_by("booked_for", "pk")
    )


def known_by_last4(user: Actor, branch: Branch, digits: str) -> QuerySet[Customer]:
    """Customers in scope whose phone ends in these four digits; this branch's own come first."""
    return (
        Customer.objects.for_user(user, Permission.VIEW_CUSTOMER)
        .current()
        .filter(phone_last4=digits)
        .select_related("branch")
        .annotate(
            own_first=Case(
                When(branch=branch, then=Value(0)), default=Value(1), output_field=IntegerField()
            )
        )
        .order_by("own_first", "name", "pk")
    )


def free_assistants(branch: Branch) -> QuerySet[Staff]:
    """Assistants of a branch who are at nobody's side right now."""
    return (
        branch.staff.filter(is_active=True)
        .exclude(escorts__status=EscortStatus.ACCOMPANIED)
        .order_by("badge")
    )


def decisions_of(user: Actor, customer: Customer) -> QuerySet[EligibilityDecision]:
    """What was decided about home visits to this customer, the newest first."""
    rows = EligibilityDecision.objects.for_user(user, Permission.VIEW_CUSTOMER)
    return rows.filter(customer=customer).select_related("service_version__service", "actor")


def stops_of(user: Actor, branch: Branch) -> QuerySet[EligibilityDecision]:
    """The stops among a branch's customers that nobody has lifted, the newest of each."""
    rows = EligibilityDecision.objects.for_user(user, Permission.VIEW_CUSTOMER)
    newest = (
        EligibilityDecision.objects.filter(customer=OuterRef("customer"))
        .order_by("-at", "-pk")
        .values("pk")[:1]
    )
    return (
        rows.stopped()
        .filter(customer__branch=branch, customer__erased_at__isnull=True, pk=Subquery(newest))
        .select_related("customer", "service_version__service", "actor")
    )


def reveals_of(user: Actor, customer: Customer) -> QuerySet[Reveal]:
    """Who has read this customer's details in full, the newest first."""
    rows = Reveal.objects.for_user(user, Permission.VIEW_CUSTOMER)
    return rows.filter(customer=customer).select_related("actor")


def readings_in(user: Actor, branch: Branch, who: str = "") -> QuerySet[Reveal]:
    """The readings in full among a branch's customers; ``who`` is a part of a reader's name."""
    return readings_in_scope(user, who).filter(customer__branch=branch)


def readings_in_scope(user: Actor, who: str = "") -> QuerySet[Reveal]:
    """All readings in full that this person may see, the newest first."""
    rows = Reveal.objects.for_user(user, Permission.VIEW_REVEALS)
    who = who.replace("\0", "").strip()
    if who:
        rows = rows.filter(actor__full_name__icontains=who)
    return rows.select_related("actor", "customer__branch")


def events_of(user: Actor, customer: Customer) -> QuerySet[CustomerEvent]:
    """What became of this customer's row, the newest first."""
    if not Customer.objects.for_user(user, Permission.VIEW_CUSTOMER).filter(pk=customer.pk):
        return CustomerEvent.objects.none()
    rows = CustomerEvent.objects.filter(customer=customer).select_related("actor")
    return rows.order_by("-at", "-pk")
