import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from eldercare.states import ErasureStatus
from foundation import clock


class ErasureRequestQuerySet(ScopedQuerySet["ErasureRequest"]):
    branch_path = "customer__branch"

    def waiting(self) -> "ErasureRequestQuerySet":
        return self.filter(status=ErasureStatus.ASKED)


class ErasureRequest(models.Model):
    """A customer wants to be forgotten: one person asks for them, another one lets it happen.

    What is erased does not come back, so that the database holds the four eyes here as well.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="erasure_requests",
    )
    status = models.CharField(
        _("status"), max_length=20, choices=ErasureStatus, default=ErasureStatus.ASKED
    )
    why = models.CharField(_("why"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    words = models.CharField(_("remark"), max_length=300, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request to be forgotten")
        verbose_name_plural = _("requests to be forgotten")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status=ErasureStatus.ASKED),
                name="one_erasure_request_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ErasureStatus.values), name="erasure_status_known"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="erasure_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="erasure_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(status=ErasureStatus.ASKED, decided_by__isnull=True)
                | ~Q(status=ErasureStatus.ASKED) & Q(decided_by__isnull=False),
                name="erasure_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_status_display()}"
