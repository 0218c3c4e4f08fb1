"""Rows and row shapes that belong to no domain."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class DemoClock(models.Model):
    """How far a demonstration's clock runs ahead. One row, and none outside development."""

    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="demo_clock_single_row")
        ]

    def __str__(self) -> str:
        return f"+{self.offset}"


class Event(models.Model):
    """One move of one row: who, when, from, to, why. Never changed and never deleted.

    Each machine has its own table with a foreign key to its row; ``AppendOnly`` in its migration
    puts the guard into the database.
    """

    at = models.DateTimeField(_("at"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Customers and the system itself have no user row: "customer", "family", "system".
    actor_kind = models.CharField(_("as"), max_length=20, default="staff")
    from_status = models.CharField(_("from"), max_length=20, blank=True)
    to_status = models.CharField(_("to"), max_length=20)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    snapshot = models.JSONField(_("as it was"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_status or '·'} → {self.to_status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; the database refuses the rest, this says it sooner."""
        if self.pk is not None:
            raise TypeError("Events are append-only.")
        super().save(*args, **kwargs)
