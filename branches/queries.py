"""Scoped and joined reads: who is on duty, what a branch has."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from accounts.permissions import Actor, Permission, may
from branches.calendar import FRIDAY, BranchCalendar
from branches.models import (
    Branch,
    CalendarDay,
    Commitment,
    Demonstration,
    DemonstrationEvent,
    Facility,
    FacilityFault,
    FacilitySighting,
    FacilityType,
    FaultEvent,
    Leave,
    LeaveEvent,
    RosterException,
    RosterShift,
    Staff,
    StockLevel,
    SwapRequest,
    SwapRequestEvent,
)
from branches.models.branch import BranchKind
from branches.models.demonstration import DemonstrationQuerySet
from branches.models.facility import FacilityState
from branches.states import FaultStatus
from branches.stock import CARE_KIT
from foundation import clock
from workflow.models import DueStep
from workflow.states import StepStatus

Span = tuple[datetime, datetime]
LOVE_SEAT = "love-seat"


def local_moment(day: date, at: time) -> datetime:
    """A wall-clock time in the branches' zone as a moment, once and for all."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(settings.TIME_ZONE))


class Duty:
    """When people are on duty over a span of days: roster within opening days, read once."""

    def __init__(self, staff: Iterable[Staff], first: date, last: date) -> None:
        self._staff = list(staff)
        pks = [person.pk for person in self._staff]
        self._calendar = BranchCalendar({p.branch for p in self._staff}, first, last)
        self._shifts: dict[tuple[int, int], list[RosterShift]] = defaultdict(list)
        for row in RosterShift.objects.filter(staff__in=pks).between(first, last):
            self._shifts[row.staff_id, row.weekday].append(row)
        self._exceptions = {
            (row.staff_id, row.day): row
            for row in RosterException.objects.filter(staff__in=pks, day__range=(first, last))
        }

    def span(self, person: Staff, day: date) -> Span | None:
        """From when until when this person works on ``day``; None when not at all.

        A make-up working Saturday is worked by Friday's pattern.
        """
        exception = self._exceptions.get((person.pk, day))
        if exception is not None:
            if exception.starts is None or exception.ends is None:
                return None
            return local_moment(day, exception.starts), local_moment(day, exception.ends)
        branch_day = self._calendar.day(person.branch, day)
        if not branch_day.working:
            return None
        shift = self._shift(person, day.isoweekday(), day)
        if shift is None and branch_day.made_up:
            shift = self._shift(person, FRIDAY, day)
        if shift is None:
            return None
        return local_moment(day, shift.starts), local_moment(day, shift.ends)

    def exception(self, person: Staff, day: date) -> RosterException | None:
        """What makes this day different from the weekly pattern, if anything does."""
        return self._exceptions.get((person.pk, day))

    def _shift(self, person: Staff, weekday: int, day: date) -> RosterShift | None:
        """The shift of the weekly pattern as it stands on ``day``."""
        for row in self._shifts.get((person.pk, weekday), ()):
            if (row.first is None or row.first <= day) and (row.last is None or day <= row.last):
                return row
        return None


def live_commitments(
    staff: Iterable[Staff], first: datetime, last: datetime
) -> dict[int, list[Commitment]]:
    """Live promises of these people that touch the span, by person, in order of time."""
    rows = (
        Commitment.objects.live()
        .filter(staff__in=[p.pk for p in staff], span__overlap=(first, last))
        .order_by("staff", "span")
    )
    found: dict[int, list[Commitment]] = defaultdict(list)
    for row in rows:
        found[row.staff_id].append(row)
    return found


def branch_list(user: Actor) -> QuerySet[Branch]:
    """The branches in scope with the numbers that a list shows.

    ``fit_count``: facilities fit for use; ``lacking_count``: promised facility types that the
    branch does not have fit for use; ``fault_count``: open faults; ``staff_count``: people.
    """
    here = OuterRef("pk")
    return (
        Branch.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(is_active=True)
        .annotate(
            staff_count=_count(Staff.objects.active().filter(branch=here)),
            fit_count=_count(Facility.objects.filter(branch=here, state=FacilityState.FIT)),
            lacking_count=_count(_lacking_types(here)),
            fault_count=_count(FacilityFault.objects.open().filter(facility__branch=here)),
        )
    )


def lacking_types(branch: Branch) -> QuerySet[FacilityType]:
    """The types that this branch promises and does not have fit for use."""
    fit = Facility.objects.filter(
        type=OuterRef("pk"), branch=branch, state=FacilityState.FIT, quantity__gt=0
    )
    promised = Q(promised_everywhere=True)
    if branch.kind == BranchKind.DEMONSTRATION:
        promised |= Q(promised_demonstration=True)
    return FacilityType.objects.filter(promised).filter(~Exists(fit))


def facilities_of(branch: Branch) -> QuerySet[Facility]:
    """What a branch has, each with its open fault (at most one) at hand as ``open_faults``."""
    open_faults = FacilityFault.objects.open().select_related("reported_by", "photo")
    return branch.facilities.select_related("type", "last_seen_by", "photo").prefetch_related(
        Prefetch("faults", queryset=open_faults, to_attr="open_faults")
    )


def ready_for_customers(branch: Branch) -> QuerySet[Facility]:
    """What a customer finds here and may count on: fit for use, and not past its date."""
    return (
        branch.facilities.filter(state=FacilityState.FIT, quantity__gt=0)
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=clock.today()))
        .select_related("type")
        .order_by("type__position", "type__code")
    )


def faults_of(user: Actor, branch: Branch) -> QuerySet[FacilityFault]:
    """A branch's faults, open ones first, each with what happened to it."""
    return (
        FacilityFault.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(facility__branch=branch)
        .select_related("facility__type", "reported_by", "photo", "repair_photo")
        .prefetch_related(Prefetch("events", FaultEvent.objects.select_related("actor")))
        .order_by(
            Case(
                When(status=FaultStatus.REPORTED, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            "-reported_at",
            "-pk",
        )
    )


def types_not_in(branch: Branch) -> QuerySet[FacilityType]:
    """What the catalogue knows and this branch has never had."""
    return FacilityType.objects.exclude(facilities__branch=branch)


def sightings_of(user: Actor, facility: Facility) -> QuerySet[FacilitySighting]:
    """Who looked at a facility and what they saw, the latest first."""
    return (
        FacilitySighting.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(facility=facility)
        .select_related("by", "photo")
    )


def own_days(branch: Branch) -> QuerySet[CalendarDay]:
    """From today on, the days on which this branch is not what the calendar says."""
    return branch.calendar_days.filter(day__gte=clock.today()).order_by("day")


def demonstrations_of(user: Actor, branch: Branch) -> DemonstrationQuerySet:
    """A branch's candidacies for the sign, the latest first, each with what happened to it."""
    return (
        Demonstration.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(branch=branch)
        .select_related("applied_by")
        .prefetch_related(Prefetch("events", DemonstrationEvent.objects.select_related("actor")))
    )


def kits_left(user: Actor, branch: Branch) -> int | None:
    """How many care kits the branch has; None when this person may not see it."""
    if not may(user, Permission.VIEW_STOCK):
        return None
    level = (
        StockLevel.objects.for_user(user, Permission.VIEW_STOCK)
        .filter(branch=branch, item__code=CARE_KIT)
        .first()
    )
    return level.quantity if level else 0


def open_steps(user: Actor, branch: Branch, *, settled_too: bool = False) -> QuerySet[DueStep]:
    """Due steps of a branch that wait for a person, the oldest first."""
    visible = Branch.objects.for_user(user, Permission.VIEW_WORKFLOW).filter(pk=branch.pk)
    rows = DueStep.objects.filter(branch_code__in=visible.values("code"))
    if not settled_too:
        rows = rows.filter(status=StepStatus.OPEN)
    return rows.order_by("due_at", "pk")


def _lacking_types(branch: OuterRef) -> QuerySet[FacilityType]:
    """:func:`lacking_types`, for the branch of the query outside."""
    fit = Facility.objects.filter(
        type=OuterRef("pk"),
        branch=OuterRef(branch),
        state=FacilityState.FIT,
        quantity__gt=0,
    )
    return (
        FacilityType.objects.annotate(
            branch_kind=ExpressionWrapper(OuterRef("kind"), output_field=CharField())
        )
        .filter(
            Q(promised_everywhere=True)
            | Q(promised_demonstration=True, branch_kind=BranchKind.DEMONSTRATION)
        )
        .filter(~Exists(fit))
    )


def _count(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are for each row outside: one number, and no join that multiplies."""
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")
    return Subquery(counted, output_field=IntegerField())


def leaves_of(user: Actor, branch: Branch) -> QuerySet[Leave]:
    """A branch's leave, the latest first; of others only for whoever decides about it."""
    rows = Leave.objects.for_user(user, Permission.VIEW_STAFF).filter(staff__branch=branch)
    if not may(user, Permission.CHANGE_ROSTER):
        rows = rows.filter(staff__user=user.pk)
    return rows.select_related("staff__branch", "asked_by", "commitment").prefetch_related(
        Prefetch("events", LeaveEvent.objects.select_related("actor"))
    )


def swap_requests_of(user: Actor, branch: Branch) -> QuerySet[SwapRequest]:
    """A branch's swaps that somebody has asked for, the newest first."""
    return (
        SwapRequest.objects.for_user(user, Permission.VIEW_STAFF)
        .filter(first__branch=branch)
        .select_related("first__branch", "second__branch", "asked_by")
        .prefetch_related(Prefetch("events", SwapRequestEvent.objects.select_related("actor")))
    )


def open_to_customers() -> QuerySet[Branch]:
    """The branches that anybody may walk into, demonstration branches first, with their seats.

    ``seats``: love seats fit for use. What the sign on the door says is no secret.
    """
    fit = Facility.objects.filter(
        branch=OuterRef("pk"), type__code=LOVE_SEAT, state=FacilityState.FIT
    )
    return (
        Branch.objects.filter(is_active=True)
        .annotate(seats=Subquery(fit.values("quantity")[:1]))
        .order_by("kind", "code")
    )
