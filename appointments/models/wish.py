import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.home_visit import AskedBy
from appointments.states import WishStatus
from branches.models import Branch
from branches.scoping import ScopedQuerySet
from foundation import clock


class WishQuerySet(ScopedQuerySet["Wish"]):
    branch_path = "customer__branch"

    def standing(self) -> "WishQuerySet":
        """On the list, or holding an offer."""
        return self.filter(status__in=[WishStatus.WAITING, WishStatus.OFFERED])

    def look_again(self, branch: Branch) -> int:
        """Time has come free: look again at everybody in the region who waits.

        A neighbour's free hour may suit them. Called in the transaction that frees the time;
        returns how many will be looked at.
        """
        return self.filter(
            customer__branch__region=branch.region_id, status=WishStatus.WAITING
        ).update(look_at=clock.now())


class Wish(models.Model):
    """A place on the waiting list for a home visit: no open window suited, and one may come free.

    ``queued_at`` is the place in the queue: it moves to the end when an offer is not taken.
    ``look_at`` is when to look for a window again; empty while nothing has come free.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="wishes",
    )
    representative = models.ForeignKey(
        "eldercare.Representative",
        verbose_name=_("representative"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wishes",
    )
    asked_by = models.CharField(_("asked by"), max_length=10, choices=AskedBy)
    service_version = models.ForeignKey(
        "eldercare.ServiceVersion",
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="wishes",
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    status = models.CharField(
        _("status"), max_length=20, choices=WishStatus, default=WishStatus.WAITING
    )
    made_at = models.DateTimeField(_("asked"), default=clock.now)
    queued_at = models.DateTimeField(_("in the queue since"), default=clock.now)
    look_at = models.DateTimeField(_("look again"), null=True, blank=True)
    offered_start = models.DateTimeField(_("offered"), null=True, blank=True)
    offered_until = models.DateTimeField(_("kept until"), null=True, blank=True)
    offers = models.PositiveSmallIntegerField(_("offers made"), default=0)

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["queued_at", "pk"]
        verbose_name = _("waiting-list entry")
        verbose_name_plural = _("waiting list")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=WishStatus.values), name="wish_status_known"
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="wish_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(status=WishStatus.OFFERED)
                | Q(offered_start__isnull=False, offered_until__isnull=False),
                name="wish_offer_has_time",
            ),
            models.UniqueConstraint(
                fields=["customer", "service_version"],
                condition=Q(status__in=["waiting", "offered"]),
                name="one_wish_per_service",
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], name="wish_to_look_at", condition=Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    @property
    def subject(self) -> str:
        """How messages name this wish."""
        return f"wish:{self.public_id}"
