"""Two colleagues exchange their duty: what was asked and agreed, and what was done."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from branches.states import SwapStatus
from foundation import clock
from foundation.models import Event


class RosterSwapQuerySet(ScopedQuerySet["RosterSwap"]):
    branch_path = "first__branch"


class RosterSwap(models.Model):
    """Two colleagues have exchanged their duty on some days. Append-only."""

    first = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="+")
    # ISO dates, in order.
    days = models.JSONField(_("days"))
    reason = models.CharField(_("why"), max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), default=clock.now)

    objects = RosterSwapQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="swap_of_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ↔ {self.second}"


class SwapRequestQuerySet(ScopedQuerySet["SwapRequest"]):
    branch_path = "first__branch"

    def live(self) -> "SwapRequestQuerySet":
        """Asked for, and neither done nor refused."""
        return self.filter(status__in=[SwapStatus.ASKED, SwapStatus.AGREED])


class SwapRequest(models.Model):
    """Somebody asks a colleague to exchange duty (换班): they agree, then the manager does."""

    first = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="+")
    # ISO dates, in order.
    days = models.JSONField(_("days"))
    reason = models.CharField(_("why"), max_length=100, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=SwapStatus, default=SwapStatus.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    swap = models.OneToOneField(
        RosterSwap, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )

    objects = SwapRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("swap that is asked for")
        verbose_name_plural = _("swaps that are asked for")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SwapStatus.values), name="swap_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="swap_request_of_two_people"
            ),
            models.CheckConstraint(
                condition=Q(status="done", swap__isnull=False)
                | ~Q(status="done") & Q(swap__isnull=True),
                name="swap_done_is_on_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ↔ {self.second}: {self.get_status_display()}"

    @property
    def dates(self) -> list[date]:
        """The days in order."""
        return [date.fromisoformat(day) for day in self.days]


class SwapRequestEvent(Event):
    request = models.ForeignKey(SwapRequest, on_delete=models.PROTECT, related_name="events")
