import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.states import SuspensionStatus
from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.models import Event


class SuspensionQuerySet(ScopedQuerySet["Suspension"]):
    def in_force(self) -> "SuspensionQuerySet":
        return self.filter(status=SuspensionStatus.IN_FORCE)


class Suspension(models.Model):
    """A demonstration branch takes its sign down, by decision of a named officer (暂停授牌).

    The branch stays what it is in the register; the sign is covered while this is in force.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="suspensions"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=SuspensionStatus, default=SuspensionStatus.DRAFT
    )
    letter_zh = models.TextField(_("letter (Chinese)"))
    letter_en = models.TextField(_("letter (English)"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(_("drafted"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SuspensionStatus.values), name="suspension_status_known"
            ),
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(status__in=["draft", "in_force"]),
                name="one_live_suspension",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_force", "lifted"])
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="suspension_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_status_display()}"


class SuspensionEvent(Event):
    suspension = models.ForeignKey(Suspension, on_delete=models.PROTECT, related_name="events")
