from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from branches.states import DEMONSTRATION_LIVE, DemonstrationStatus
from foundation import clock
from foundation.models import Event


class DemonstrationQuerySet(ScopedQuerySet["Demonstration"]):
    def live(self) -> "DemonstrationQuerySet":
        return self.filter(status__in=DEMONSTRATION_LIVE)


class Demonstration(models.Model):
    """One candidacy for the sign of a demonstration branch (适老服务示范网点), with its history.

    ``Branch.kind`` says what is in the register and follows the moves here. A suspension covers the
    sign and leaves the kind; only a withdrawal takes it.
    """

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="demonstrations"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=DemonstrationStatus, default=DemonstrationStatus.APPLIED
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("applied by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("applied"), default=clock.now)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)

    objects = DemonstrationQuerySet.as_manager()

    class Meta:
        ordering = ["-applied_at", "-pk"]
        verbose_name = _("demonstration status")
        verbose_name_plural = _("demonstration statuses")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DemonstrationStatus.values),
                name="demonstration_status_known",
            ),
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(status__in=["applied", "granted", "suspended"]),
                name="one_live_demonstration",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["granted", "suspended", "withdrawn"])
                | Q(granted_on__isnull=False),
                name="demonstration_granted_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_status_display()}"

    @property
    def is_live(self) -> bool:
        """Applied for, granted or suspended: there is at most one of these."""
        return self.status in DEMONSTRATION_LIVE


class DemonstrationEvent(Event):
    demonstration = models.ForeignKey(
        Demonstration, on_delete=models.PROTECT, related_name="events"
    )
