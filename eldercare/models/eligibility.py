import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class Outcome(models.TextChoices):
    ELIGIBLE = "eligible", _("may be visited at home")
    NOT_ELIGIBLE = "not_eligible", _("is offered something else")
    STOPPED = "stopped", _("stopped: the guardian's way")


class Offer(models.TextChoices):
    """What is offered instead of a home visit, so that nobody hears a bare no."""

    ESCORT = "escort", _("We will gladly accompany you at a branch, from door to door.")
    PHONE = "phone", _("Please phone us, and we will look for another way together.")
    GUARDIAN = "guardian", _("We will explain to the family how a guardian can act for you.")


class EligibilityDecisionQuerySet(ScopedQuerySet["EligibilityDecision"]):
    branch_path = "customer__branch"

    def stopped(self) -> "EligibilityDecisionQuerySet":
        return self.filter(outcome=Outcome.STOPPED)


class EligibilityDecision(models.Model):
    """Whether somebody may be visited at home, and the rules that said so. Append-only.

    A refusal owes its reason (PIPL art. 50; DOMAIN §4), so that a decision without one cannot be
    stored. ``facts`` are flags and round figures, never prose about a person's health.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="eligibility_decisions",
    )
    service_version = models.ForeignKey(
        "eldercare.ServiceVersion",
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField(_("decision"), max_length=20, choices=Outcome)
    rules: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=40), verbose_name=_("by the rules")
    )
    offers: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20, choices=Offer), verbose_name=_("offered"), default=list
    )
    facts = models.JSONField(_("as it was"), default=dict)
    # Who asked the question; nobody when the customer booked alone.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_kind = models.CharField(_("as"), max_length=20, default="staff")
    at = models.DateTimeField(_("at"), default=clock.now)

    objects = EligibilityDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("eligibility decision")
        verbose_name_plural = _("eligibility decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="eligibility_outcome_known"
            ),
            models.CheckConstraint(condition=Q(rules__len__gte=1), name="eligibility_has_a_rule"),
            models.CheckConstraint(
                condition=Q(offers__contained_by=Offer.values), name="eligibility_offers_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ELIGIBLE, offers__len=0)
                | ~Q(outcome=Outcome.ELIGIBLE) & Q(offers__len__gte=1),
                name="eligibility_no_comes_with_an_offer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({', '.join(self.rules)})"

    @property
    def subject(self) -> str:
        """How due steps name this decision."""
        return f"eligibility:{self.public_id}"
