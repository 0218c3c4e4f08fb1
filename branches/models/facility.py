from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models.catalogue import FacilityType
from branches.scoping import ScopedQuerySet
from branches.states import FaultStatus
from foundation import clock
from foundation.models import Event


class FacilityState(models.TextChoices):
    FIT = "fit", _("fit for use")
    NEEDS_CARE = "needs_care", _("needs care")
    OUT_OF_USE = "out_of_use", _("out of use")
    MISSING = "missing", _("missing")


class Facility(models.Model):
    """What one branch has of one type: how many, in what state, where it stands."""

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.CASCADE, related_name="facilities"
    )
    type = models.ForeignKey(FacilityType, on_delete=models.PROTECT, related_name="facilities")
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    state = models.CharField(
        _("state"), max_length=20, choices=FacilityState, default=FacilityState.FIT
    )
    stands_at = models.CharField(_("where it stands"), max_length=100, blank=True)
    measured = models.DecimalField(
        _("measured size"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    photo = models.ForeignKey(
        "branches.BranchPhoto",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The last line of the sightings, kept here so that lists need not look for it.
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    last_seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("last seen by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = ScopedQuerySet["Facility"].as_manager()

    class Meta:
        ordering = ["branch", "type__position", "type__code"]
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        constraints = [
            models.UniqueConstraint(fields=["branch", "type"], name="one_line_per_facility_type"),
            models.CheckConstraint(
                condition=Q(state__in=FacilityState.values), name="facility_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.type)


class FacilityEvent(Event):
    """A facility's state has changed."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="events")


class SightingQuerySet(ScopedQuerySet["FacilitySighting"]):
    branch_path = "facility__branch"


class FacilitySighting(models.Model):
    """Somebody has looked: how many, in what state, how large. Append-only.

    The same ``key`` is the same look, so that a tablet may send it twice.
    """

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="sightings")
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    state = models.CharField(_("state"), max_length=20, choices=FacilityState)
    measured = models.DecimalField(
        _("measured size"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    stands_at = models.CharField(_("where it stands"), max_length=100, blank=True)
    words = models.CharField(_("remark"), max_length=300, blank=True)
    photo = models.ForeignKey(
        "branches.BranchPhoto",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = SightingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("facility sighting")
        verbose_name_plural = _("facility sightings")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FacilityState.values), name="sighting_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.get_state_display()}"


class FaultQuerySet(ScopedQuerySet["FacilityFault"]):
    branch_path = "facility__branch"

    def open(self) -> "FaultQuerySet":
        return self.filter(status=FaultStatus.REPORTED)


class FacilityFault(models.Model):
    """A facility found broken (报修), from the report to the repair."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="faults")
    status = models.CharField(
        _("status"), max_length=20, choices=FaultStatus, default=FaultStatus.REPORTED
    )
    words = models.CharField(_("what is wrong"), max_length=300, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    reported_at = models.DateTimeField(_("reported"), default=clock.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    photo = models.ForeignKey(
        "branches.BranchPhoto",
        verbose_name=_("photo of the fault"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    repair_photo = models.ForeignKey(
        "branches.BranchPhoto",
        verbose_name=_("photo of the repair"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = FaultQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        verbose_name = _("facility fault")
        verbose_name_plural = _("facility faults")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=FaultStatus.values), name="fault_status_known"
            ),
            models.UniqueConstraint(
                fields=["facility"],
                condition=Q(status=FaultStatus.REPORTED),
                name="one_open_fault_per_facility",
            ),
            models.CheckConstraint(
                condition=Q(status=FaultStatus.REPORTED, closed_at__isnull=True)
                | ~Q(status=FaultStatus.REPORTED) & Q(closed_at__isnull=False),
                name="fault_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.get_status_display()}"


class FaultEvent(Event):
    fault = models.ForeignKey(FacilityFault, on_delete=models.PROTECT, related_name="events")
