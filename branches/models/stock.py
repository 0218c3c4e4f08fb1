from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class MovementKind(models.TextChoices):
    RECEIVED = "received", _("received")
    ASSEMBLED = "assembled", _("assembled into a kit")
    HANDED_OUT = "handed_out", _("handed to a customer")
    USED = "used", _("used")
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
    has_expiry = models.BooleanField(_("comes with a date of expiry"), default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("stock item")
        verbose_name_plural = _("stock items")

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class KitComponent(models.Model):
    """How many of an item belong into a kit: what is assembled, and what a first-aid box holds."""

    kit = models.ForeignKey(StockItem, on_delete=models.CASCADE, related_name="components")
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="part_of")
    quantity = models.PositiveSmallIntegerField(_("how many"), default=1)

    class Meta:
        ordering = ["kit", "item__code"]
        verbose_name = _("kit component")
        verbose_name_plural = _("kit components")
        constraints = [
            models.UniqueConstraint(fields=["kit", "item"], name="one_line_per_component"),
            models.CheckConstraint(condition=~Q(kit=F("item")), name="kit_not_in_itself"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="component_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"


class BatchQuerySet(ScopedQuerySet["StockBatch"]):
    def on_the_shelf(self) -> "BatchQuerySet":
        return self.filter(quantity__gt=0)


class StockBatch(models.Model):
    """What came together and expires together. Its quantity is kept by the ledger's trigger."""

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="stock_batches"
    )
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(_("batch number"), max_length=60)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    quantity = models.IntegerField(_("in stock"), default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["branch", "item", "expires_on", "pk"]
        verbose_name = _("stock batch")
        verbose_name_plural = _("stock batches")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "item", "number"], name="one_batch_per_number"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="batch_never_negative"),
        ]
        indexes = [
            models.Index(fields=["expires_on"], name="batch_expiry", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.number}"

    @property
    def own_number(self) -> str:
        """The number on the package; empty when the batch is named after its date."""
        return "" if self.number == f"{self.expires_on}" else self.number


class ReorderLevel(models.Model):
    """At so many or fewer, the branch is told to ask the region for more."""

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.CASCADE, related_name="reorder_levels"
    )
    item = models.ForeignKey(StockItem, on_delete=models.CASCADE, related_name="reorder_levels")
    level = models.PositiveIntegerField(_("reorder at"))

    objects = ScopedQuerySet["ReorderLevel"].as_manager()

    class Meta:
        ordering = ["branch", "item"]
        verbose_name = _("reorder level")
        verbose_name_plural = _("reorder levels")
        constraints = [
            models.UniqueConstraint(fields=["branch", "item"], name="one_reorder_level_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.level}"


class StockLevel(models.Model):
    """The sum of a branch's movements, kept by a database trigger and never below zero.

    ``quantity`` is ``loose`` (what came without a batch) and all batches together.
    """

    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.CASCADE, related_name="stock_levels"
    )
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="levels")
    quantity = models.IntegerField(_("in stock"))
    loose = models.IntegerField(_("of these without a batch"), default=0)

    objects = ScopedQuerySet["StockLevel"].as_manager()

    class Meta:
        ordering = ["branch", "item"]
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = [
            models.UniqueConstraint(fields=["branch", "item"], name="one_stock_level_per_item"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_never_negative"),
            models.CheckConstraint(condition=Q(loose__gte=0), name="stock_loose_never_negative"),
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
    batch = models.ForeignKey(
        StockBatch,
        verbose_name=_("batch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="movements",
    )
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
                | (Q(kind__in=["handed_out", "used", "written_off"]) & Q(quantity__lt=0))
                | (Q(kind__in=["assembled", "counted"]) & ~Q(quantity=0)),
                name="movement_sign_fits_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.quantity:+d}"
