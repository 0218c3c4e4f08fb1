from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from branches.models.hours import Weekday
from branches.scoping import ScopedQuerySet


class RosterQuerySet(ScopedQuerySet["RosterShift"]):
    branch_path = "staff__branch"

    def between(self, first: date, last: date) -> "RosterQuerySet":
        """What holds on at least one day from ``first`` to ``last``, both included."""
        return self.filter(
            Q(first__isnull=True) | Q(first__lte=last), Q(last__isnull=True) | Q(last__gte=first)
        )

    def since(self, day: date) -> "RosterQuerySet":
        """What holds on ``day`` or on any day after it."""
        return self.filter(Q(last__isnull=True) | Q(last__gte=day))


class RosterShift(models.Model):
    """When a person works on an ordinary weekday (排班): the weekly pattern.

    It holds from ``first`` to ``last``, both included; null: since ever, until further notice. A
    pattern that was changed stays on record for the weeks in which it was worked.
    """

    staff = models.ForeignKey("branches.Staff", on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("until"), null=True, blank=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["staff", "weekday", "first"]
        verbose_name = _("roster shift")
        verbose_name_plural = _("roster shifts")
        constraints = [
            ExclusionConstraint(
                name="one_shift_per_weekday",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
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
            ),
            models.CheckConstraint(
                condition=Q(first__isnull=True) | Q(last__isnull=True) | Q(first__lte=F("last")),
                name="shift_days_in_order",
            ),
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="shift_starts_first"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="shift_weekday_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class RosterExceptionQuerySet(ScopedQuerySet["RosterException"]):
    branch_path = "staff__branch"


class RosterException(models.Model):
    """One day that differs from a person's weekly pattern; no times means not on duty."""

    staff = models.ForeignKey(
        "branches.Staff", on_delete=models.CASCADE, related_name="roster_exceptions"
    )
    day = models.DateField(_("day"))
    starts = models.TimeField(_("starts"), null=True, blank=True)
    ends = models.TimeField(_("ends"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=100)

    objects = RosterExceptionQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("roster exception")
        verbose_name_plural = _("roster exceptions")
        constraints = [
            models.UniqueConstraint(fields=["staff", "day"], name="one_roster_exception_per_day"),
            models.CheckConstraint(
                # Both named as not null: a comparison with null would pass a check.
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False, starts__lt=F("ends")),
                name="roster_exception_times_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"
