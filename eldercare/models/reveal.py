from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class Revealed(models.TextChoices):
    PHONE = "phone", _("phone")
    ADDRESS = "address", _("address")
    PAPER = "paper", _("signed paper")
    EVERYTHING = "everything", _("all that is held")


class RevealQuerySet(ScopedQuerySet["Reveal"]):
    branch_path = "customer__branch"


class Reveal(models.Model):
    """Somebody has read a sealed detail in full: who, whose, what and why. Append-only."""

    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="reveals",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(_("what"), max_length=20, choices=Revealed)
    why = models.CharField(_("why"), max_length=200)
    at = models.DateTimeField(_("at"), default=clock.now)

    objects = RevealQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=Revealed.values), name="reveal_of_known_detail"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="reveal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.get_what_display()}"
