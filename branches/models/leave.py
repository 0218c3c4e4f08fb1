from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from branches.states import LeaveStatus
from foundation import clock
from foundation.models import Event


class LeaveQuerySet(ScopedQuerySet["Leave"]):
    branch_path = "staff__branch"

    def waiting(self) -> "LeaveQuerySet":
        return self.filter(status=LeaveStatus.REQUESTED)


class Leave(models.Model):
    """Days on which a person wants to be away (请假), both included.

    Approved, it is a commitment like any other: nobody can book that time.
    """

    staff = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="leaves")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    status = models.CharField(
        _("status"), max_length=20, choices=LeaveStatus, default=LeaveStatus.REQUESTED
    )
    words = models.CharField(_("why"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    commitment = models.OneToOneField(
        "branches.Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leave",
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["-first", "-pk"]
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LeaveStatus.values), name="leave_status_known"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="leave_days_in_order"),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(commitment__isnull=False),
                name="leave_approved_is_promised",
            ),
            ExclusionConstraint(
                name="leave_no_overlap",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (
                        Func(
                            "first",
                            "last",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=["requested", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.first} – {self.last}"


class LeaveEvent(Event):
    leave = models.ForeignKey(Leave, on_delete=models.PROTECT, related_name="events")
