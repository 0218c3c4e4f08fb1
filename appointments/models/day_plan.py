import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import REGION_ROLES
from appointments.states import PLANNING, DayPlanStatus, PlanRunStatus
from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.models import Event


class DayPlanQuerySet(ScopedQuerySet["DayPlan"]):
    def _in_scope(self, user: User) -> Q:
        # A plan belongs to a region and to no branch of it.
        return Q(region=user.region_id) if user.role in REGION_ROLES else Q(pk__in=[])


class PlanRunQuerySet(ScopedQuerySet["PlanRun"]):
    def _in_scope(self, user: User) -> Q:
        return Q(plan__region=user.region_id) if user.role in REGION_ROLES else Q(pk__in=[])

    def live(self) -> "PlanRunQuerySet":
        """Those that wait or are being searched."""
        return self.filter(status__in=sorted(PLANNING))

    def real(self) -> "PlanRunQuerySet":
        """Those that may change the day: not what somebody only wants to see."""
        return self.filter(absent=None)


class DayPlan(models.Model):
    """The home visits of one region on one day (当日计划), improved until they are frozen.

    The plan itself is the rows: visits, their teams and their commitments. ``mark`` sums them up as
    the last run left them, so that a later change can be seen without a search.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(
        "accounts.Region",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="day_plans",
    )
    day = models.DateField(_("day"))
    status = models.CharField(
        _("status"), max_length=20, choices=DayPlanStatus, default=DayPlanStatus.OPEN
    )
    mark = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)

    objects = DayPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "region"]
        verbose_name = _("day plan")
        verbose_name_plural = _("day plans")
        constraints = [
            models.UniqueConstraint(fields=["region", "day"], name="one_plan_per_region_and_day"),
            models.CheckConstraint(
                condition=Q(status__in=DayPlanStatus.values), name="day_plan_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.day}"

    @property
    def subject(self) -> str:
        """How due steps name this plan."""
        return f"plan:{self.public_id}"


class PlanSource(models.TextChoices):
    NIGHT = "night", _("every night")
    CHANGE = "change", _("after a change")
    ASKED = "asked", _("somebody asked for it")
    TRIAL = "trial", _("to see what would be")


class PlanRun(models.Model):
    """One search for a better day: what it began with, what it found, what became of it.

    ``as_of`` is the first moment that it may plan: what begins before stands as it is. ``before``
    and ``after`` are costs in their parts; ``found`` is the plan (primary keys and minutes of the
    day only), from which the next run goes on; ``why`` and ``ways`` explain it in codes. A run
    with somebody ``absent`` shows what would be, and changes nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(
        DayPlan, verbose_name=_("day plan"), on_delete=models.PROTECT, related_name="runs"
    )
    source = models.CharField(_("source"), max_length=10, choices=PlanSource)
    status = models.CharField(
        _("status"), max_length=20, choices=PlanRunStatus, default=PlanRunStatus.WAITING
    )
    absent = models.ForeignKey(
        "branches.Staff",
        verbose_name=_("absent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    seconds = models.PositiveSmallIntegerField(_("seconds of search"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    as_of = models.DateTimeField(_("plans from"), null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    before = models.JSONField(_("cost before"), default=dict, blank=True)
    after = models.JSONField(_("cost after"), default=dict, blank=True)
    found = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(_("what changed"), default=list, blank=True)
    why = models.JSONField(default=dict, blank=True)
    ways = models.JSONField(default=dict, blank=True)
    outcome = models.CharField(_("in words"), max_length=200, blank=True)

    objects = PlanRunQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("plan run")
        verbose_name_plural = _("plan runs")
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(status__in=sorted(PLANNING), absent=None),
                name="one_run_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PlanRunStatus.values), name="plan_run_status_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=PlanSource.values), name="plan_run_source_known"
            ),
            models.CheckConstraint(
                condition=Q(absent=None) | ~Q(status=PlanRunStatus.ADOPTED),
                name="plan_run_trial_never_adopted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(PLANNING)) | Q(ended_at__isnull=False),
                name="plan_run_end_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="plan_runs_live",
                condition=Q(status__in=sorted(PLANNING)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.asked_at:%H:%M}"


class DayPlanEvent(Event):
    """A move of a day plan, or of one of its runs."""

    plan = models.ForeignKey(DayPlan, on_delete=models.PROTECT, related_name="events")
    run = models.ForeignKey(
        PlanRun, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
