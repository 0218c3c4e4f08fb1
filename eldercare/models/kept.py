"""What a tablet wrote down while the network was gone, and what became of it here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class KeptKind(models.TextChoices):
    ARRIVE = "arrive", _("has come in")
    TAKE = "take", _("somebody went along")
    TICK = "tick", _("a step was done")
    FINISH = "finish", _("done")
    LEAVE = "leave", _("left")


class KeptOutcome(models.TextChoices):
    DONE = "done", _("written down")
    CONFLICT = "conflict", _("for a person to settle")
    SETTLED = "settled", _("settled by a person")


class KeptActionQuerySet(ScopedQuerySet["KeptAction"]):
    def open(self) -> "KeptActionQuerySet":
        """Those that somebody must still settle."""
        return self.filter(outcome=KeptOutcome.CONFLICT)


class KeptAction(models.Model):
    """One line that a tablet kept. The same ``key`` is the same line, however often it is sent."""

    key = models.UUIDField(_("made by the tablet"), unique=True)
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="kept_actions"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("what"), max_length=10, choices=KeptKind)
    escort = models.ForeignKey(
        "eldercare.Escort",
        verbose_name=_("escort"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kept_actions",
    )
    # What was written on the tablet, so that a person can settle it: a nickname, what was done.
    said = models.CharField(_("written"), max_length=300, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"), default=clock.now)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=KeptOutcome)
    code = models.CharField(_("refusal"), max_length=40, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = KeptActionQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name = _("line kept without a network")
        verbose_name_plural = _("lines kept without a network")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KeptKind.values), name="kept_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=KeptOutcome.values), name="kept_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=KeptOutcome.DONE) | ~Q(code=""), name="kept_conflict_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=KeptOutcome.SETTLED) | Q(settled_by__isnull=False),
                name="kept_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["branch"], name="kept_to_settle", condition=Q(outcome="conflict")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.said}"
