from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class MovementKind(models.TextChoices):
    RECEIVED = "received", _("received")
    HANDED_OUT = "handed_out", _("handed to a customer")
    RETURNED = "returned", _("returned")
    WRITTEN_OFF = "written_off", _("written off")
    COUNTED = "counted", _("corrected by a count")


class StockItem(models.Model):
    """Something that is given away or used up: the care kit (助老服务爱心包) first of all."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    holds_zh = models.CharField(_("holds (Chinese)"), max_length=200, blank=True)
    holds_en = models.CharField(_("holds (English)"), max_length=200, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("stock item")
        verbose_name_plural = _("stock items")

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class StockLevel(models.Model):
    """The sum of a branch's movements, kept by a database trigger and never below zero."""

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.CASCADE, related_name="stock_levels"
    )
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="levels")
    quantity = models.IntegerField(_("in stock"))

    objects = ScopedQuerySet["StockLevel"].as_manager()

    class Meta:
        ordering = ["branch", "item"]
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(fields=["branch", "item"], name="one_stock_level_per_item"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_never_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.quantity}"


class StockMovement(models.Model):
    """One line of the ledger (出入库). Append-only: a mistake is put right by another line."""

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="stock_movements"
    )
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=20, choices=MovementKind)
    quantity = models.IntegerField(_("quantity"))
    at = models.DateTimeField(_("at"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)

    objects = ScopedQuerySet["StockMovement"].as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MovementKind.values), name="movement_kind_known"
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=["received", "returned"]) & Q(quantity__gt=0))
                | (Q(kind__in=["handed_out", "written_off"]) & Q(quantity__lt=0))
                | (Q(kind="counted") & ~Q(quantity=0)),
                name="movement_sign_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity:+d}"
