from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet


class Weekday(models.IntegerChoices):
    """ISO weekdays: ``date.isoweekday()``."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class OpeningHours(models.Model):
    """When a branch is open on an ordinary weekday; no row means closed."""

    branch = models.ForeignKey("branches.Branch", on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = ScopedQuerySet["OpeningHours"].as_manager()

    class Meta:
        ordering = ["branch", "weekday"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.UniqueConstraint(fields=["branch", "weekday"], name="one_opening_per_weekday"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opens_before_closing"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="opening_weekday_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class CalendarDay(models.Model):
    """A day that is not what the national calendar says: for one branch, or (null) for all.

    A branch's own line wins over the line for all; both win over the national calendar. ``opens``
    and ``closes`` are set when a working day has other hours than its weekday.
    """

    branch = models.ForeignKey(
        "branches.Branch",
        verbose_name=_("branch"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="calendar_days",
    )
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=100)

    class Meta:
        ordering = ["day"]
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "day"], name="one_exception_per_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(
                    is_working=True,
                    opens__isnull=False,
                    closes__isnull=False,
                    opens__lt=F("closes"),
                ),
                name="exception_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"
