from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from branches.states import FaultStatus
from foundation import clock
from foundation.models import Event


class FacilityState(models.TextChoices):
    FIT = "fit", _("fit for use")
    NEEDS_CARE = "needs_care", _("needs care")
    OUT_OF_USE = "out_of_use", _("out of use")
    MISSING = "missing", _("missing")


class FacilityType(models.Model):
    """A kind of facility (设施): first-aid box, wheelchair, love seat …"""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    # Which branches promise it, by the region's published article of 2023-03-15.
    promised_everywhere = models.BooleanField(_("every branch has it"), default=False)
    promised_demonstration = models.BooleanField(_("demonstration branches have it"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("facility type")
        verbose_name_plural = _("facility types")

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


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
