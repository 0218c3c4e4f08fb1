import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from branches.states import RequestStatus
from foundation import clock
from foundation.models import Event


class StockRequestQuerySet(ScopedQuerySet["StockRequest"]):
    def live(self) -> "StockRequestQuerySet":
        """Asked for and neither here nor refused."""
        return self.filter(
            status__in=[RequestStatus.REQUESTED, RequestStatus.GRANTED, RequestStatus.SENT]
        )


class StockRequest(models.Model):
    """A branch asks the region for more of something, up to its delivery."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="stock_requests"
    )
    item = models.ForeignKey(
        "branches.StockItem", on_delete=models.PROTECT, related_name="requests"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RequestStatus, default=RequestStatus.REQUESTED
    )
    quantity = models.PositiveIntegerField(_("asked for"))
    granted = models.PositiveIntegerField(_("granted"), null=True, blank=True)
    delivered = models.PositiveIntegerField(_("delivered"), null=True, blank=True)
    words = models.CharField(_("why"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)

    objects = StockRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("stock request")
        verbose_name_plural = _("stock requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="request_status_known"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="request_asks_for_something"),
            models.UniqueConstraint(
                fields=["branch", "item"],
                condition=Q(status__in=["requested", "granted", "sent"]),
                name="one_live_request_per_item",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["granted", "sent", "delivered"])
                | Q(granted__isnull=False, granted__gte=1),
                name="request_granted_has_quantity",
            ),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered__isnull=False, delivered__gte=1)
                | ~Q(status="delivered") & Q(delivered__isnull=True),
                name="request_delivered_has_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}: {self.get_status_display()}"


class StockRequestEvent(Event):
    request = models.ForeignKey(StockRequest, on_delete=models.PROTECT, related_name="events")
