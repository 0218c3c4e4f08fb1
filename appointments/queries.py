"""Scoped and joined reads: the visits of a branch's day, and those that wait for a yes."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django.db.models import Prefetch, QuerySet

from accounts.permissions import Actor, Permission
from appointments.models import HomeVisit, TeamMember, Wish
from appointments.models.home_visit import HomeVisitQuerySet
from appointments.states import VisitStatus
from branches.models import Branch
from branches.queries import local_moment
from eldercare.models import Escort, ServiceVersion


def visits_of_day(user: Actor, branch: Branch, day: date) -> QuerySet[HomeVisit]:
    """A branch's visits of one day in order of time, each with its customer and team at hand.

    Those that were moved away are shown on the day they moved to, and not here.
    """
    first = local_moment(day, time.min)
    return (
        visits_joined(user)
        .filter(branch=branch, starts_at__gte=first, starts_at__lt=first + timedelta(days=1))
        .exclude(status__in=[VisitStatus.MOVED, VisitStatus.REQUESTED])
        .order_by("starts_at", "pk")
    )


def visits_to_approve(user: Actor, branch: Branch) -> QuerySet[HomeVisit]:
    """Requests that wait for the branch manager's answer, the nearest first."""
    return (
        visits_joined(user)
        .filter(branch=branch, status=VisitStatus.REQUESTED)
        .order_by("starts_at", "pk")
    )


def visits_joined(user: Actor) -> QuerySet[HomeVisit]:
    """The visits in scope, each with what a card shows."""
    return (
        HomeVisit.objects.for_user(user, Permission.VIEW_VISIT)
        .select_related("branch", "customer", "service_version")
        .prefetch_related(Prefetch("team", TeamMember.objects.select_related("staff")))
    )


def visits_of_customers(customers: Iterable[int]) -> HomeVisitQuerySet:
    """The visits of these customers, by primary key, each with what its page shows.

    Who may ask for whom is decided by the caller (``eldercare.sign_in.people_behind``).
    """
    return (
        HomeVisit.objects.filter(customer__in=list(customers))
        .select_related("branch", "customer", "service_version__service", "representative")
        .prefetch_related(Prefetch("team", TeamMember.objects.select_related("staff")))
        .order_by("starts_at", "pk")
    )


def escorts_of_customers(customers: Iterable[int]) -> QuerySet[Escort]:
    """The company that these customers have booked at a branch, likewise."""
    return (
        Escort.objects.filter(customer__in=list(customers), booked_for__isnull=False)
        .select_related("branch", "customer", "service_version", "assistant", "representative")
        .order_by("booked_for", "pk")
    )


def wishes_of_customers(customers: Iterable[int]) -> QuerySet[Wish]:
    """These customers' places on the waiting list, those with an offer first."""
    return (
        Wish.objects.standing()
        .filter(customer__in=list(customers))
        .select_related("customer", "customer__branch", "service_version__service")
        .order_by("status", "queued_at", "pk")
    )


def visits_under(version: ServiceVersion) -> QuerySet[HomeVisit]:
    """The visits still to be made that were booked under this version, in order of time.

    For whoever retires it, in whichever region: how many, when and by which branch, no names.
    """
    live = HomeVisit.objects.live().filter(service_version=version)
    return live.select_related("branch").order_by("starts_at", "pk")
