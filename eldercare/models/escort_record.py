"""What happened along the way of an escort: steps that were gone through, things that were lent."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class EscortStepQuerySet(ScopedQuerySet["EscortStep"]):
    branch_path = "escort__branch"


class EscortStep(models.Model):
    """One step of the service's checklist that was gone through. Append-only.

    ``words`` are the step's as they were shown, for a later version may put it otherwise.
    """

    escort = models.ForeignKey("eldercare.Escort", on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(_("number"))
    words = models.CharField(_("step"), max_length=200)
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )

    objects = EscortStepQuerySet.as_manager()

    class Meta:
        ordering = ["escort", "number"]
        verbose_name = _("step gone through")
        verbose_name_plural = _("steps gone through")
        constraints = [
            models.UniqueConstraint(fields=["escort", "number"], name="one_tick_per_step"),
        ]

    def __str__(self) -> str:
        return self.words


class LoanQuerySet(ScopedQuerySet["Loan"]):
    branch_path = "escort__branch"

    def out(self) -> "LoanQuerySet":
        """Not back yet."""
        return self.filter(returned_at__isnull=True)


class Loan(models.Model):
    """A wheelchair, glasses, an umbrella: lent to a customer, and back again."""

    escort = models.ForeignKey("eldercare.Escort", on_delete=models.PROTECT, related_name="loans")
    facility = models.ForeignKey(
        "branches.Facility", on_delete=models.PROTECT, related_name="loans"
    )
    lent_at = models.DateTimeField(_("lent"), default=clock.now)
    returned_at = models.DateTimeField(_("back"), null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["lent_at", "pk"]
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = [
            models.UniqueConstraint(
                fields=["escort", "facility"],
                condition=Q(returned_at__isnull=True),
                name="one_loan_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(returned_at__gte=F("lent_at")),
                name="loan_returned_later",
            ),
        ]

    def __str__(self) -> str:
        return str(self.facility)
