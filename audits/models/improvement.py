import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.states import ImprovementStatus
from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.models import Event

ANALYSED_ON = ["analysed", "measures_set", "fixed", "recheck", "closed"]
MEASURED_ON = ["measures_set", "fixed", "recheck", "closed"]
FIXED_ON = ["fixed", "recheck", "closed"]


class ImprovementQuerySet(ScopedQuerySet["Improvement"]):
    def unsettled(self) -> "ImprovementQuerySet":
        return self.exclude(status=ImprovementStatus.CLOSED)

    def overdue(self, today: date) -> "ImprovementQuerySet":
        return self.unsettled().filter(deadline__lt=today)


class Improvement(models.Model):
    """What is done about a finding (整改): analysis, measures, fix, re-check.

    The database holds DESIGN §4.8: closed means a re-check with evidence by somebody who did not
    fix it. ``failed_rechecks`` counts how often it came back.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    finding = models.OneToOneField(
        "audits.Finding", on_delete=models.PROTECT, related_name="improvement"
    )
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="improvements"
    )
    # The item's code whatever the version of the standard: one live improvement for each.
    item_code = models.CharField(_("item"), max_length=10, blank=True)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ImprovementStatus,
        default=ImprovementStatus.OPEN,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="improvements",
    )
    deadline = models.DateField(_("deadline"))
    extensions = models.PositiveSmallIntegerField(_("extensions"), default=0)
    theme = models.ForeignKey(
        "audits.Theme",
        verbose_name=_("theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="improvements",
    )
    analysis = models.CharField(_("analysis"), max_length=1000, blank=True)
    measures = models.CharField(_("measures"), max_length=1000, blank=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fixed_at = models.DateTimeField(_("fixed"), null=True, blank=True)
    fix_words = models.CharField(_("what was done"), max_length=500, blank=True)
    fix_evidence = models.ForeignKey(
        "audits.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rechecked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    rechecked_at = models.DateTimeField(_("re-checked"), null=True, blank=True)
    recheck_words = models.CharField(_("what the re-check saw"), max_length=500, blank=True)
    recheck_evidence = models.ForeignKey(
        "audits.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    failed_rechecks = models.PositiveSmallIntegerField(_("failed re-checks"), default=0)
    opened_at = models.DateTimeField(_("opened"), default=clock.now)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "pk"]
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ImprovementStatus.values), name="improvement_status_known"
            ),
            models.UniqueConstraint(
                fields=["branch", "item_code"],
                condition=~Q(item_code="") & ~Q(status="closed"),
                name="one_live_improvement_per_item",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ANALYSED_ON) | ~Q(analysis=""),
                name="improvement_analysed_has_analysis",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=MEASURED_ON) | ~Q(measures="") & Q(owner__isnull=False),
                name="improvement_measures_have_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=FIXED_ON)
                | Q(fixed_by__isnull=False, fixed_at__isnull=False, fix_evidence__isnull=False),
                name="improvement_fixed_with_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(status=ImprovementStatus.CLOSED)
                | Q(
                    rechecked_by__isnull=False,
                    rechecked_at__isnull=False,
                    recheck_evidence__isnull=False,
                ),
                name="improvement_closed_by_recheck",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_by__isnull=True)
                | Q(fixed_by__isnull=True)
                | ~Q(rechecked_by=F("fixed_by")),
                name="improvement_four_eyes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch", "deadline"],
                name="improvement_unsettled",
                condition=~Q(status="closed"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.finding)

    @property
    def subject(self) -> str:
        """How due steps name it: never a person."""
        return f"improvement:{self.public_id}"


class ImprovementEvent(Event):
    improvement = models.ForeignKey(Improvement, on_delete=models.PROTECT, related_name="events")
