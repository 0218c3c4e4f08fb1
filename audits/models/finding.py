import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class FindingSource(models.TextChoices):
    INSPECTION = "inspection", _("inspection")
    FAULT = "fault", _("facility fault")
    COMPLAINT = "complaint", _("complaint")


class FindingSeverity(models.TextChoices):
    CRITICAL = "critical", _("critical")
    MAJOR = "major", _("major")
    MINOR = "minor", _("minor")


class Finding(models.Model):
    """What is wrong at one branch (问题): a fact with its source. Append-only.

    What is done about it is its :class:`~audits.models.Improvement`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey("branches.Branch", on_delete=models.PROTECT, related_name="findings")
    source = models.CharField(_("source"), max_length=20, choices=FindingSource)
    result = models.OneToOneField(
        "audits.ItemResult",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="finding",
    )
    fault = models.OneToOneField(
        "branches.FacilityFault",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="finding",
    )
    # The number under which the complaint is kept where complaints are kept; never a name.
    complaint = models.CharField(_("complaint"), max_length=60, blank=True)
    item = models.ForeignKey(
        "audits.ChecklistItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words_zh = models.CharField(_("what is wrong (Chinese)"), max_length=500)
    words_en = models.CharField(_("what is wrong (English)"), max_length=500)
    severity = models.CharField(_("severity"), max_length=10, choices=FindingSeverity)
    must_have = models.BooleanField(_("must-have"))
    found_on = models.DateField(_("found"))
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    objects = ScopedQuerySet["Finding"].as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=FindingSeverity.values), name="finding_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(source="inspection", result__isnull=False, item__isnull=False)
                & Q(fault__isnull=True, complaint="")
                | Q(source="fault", fault__isnull=False, item__isnull=False)
                & Q(result__isnull=True, complaint="")
                | Q(source="complaint", fault__isnull=True, result__isnull=True) & ~Q(complaint=""),
                name="finding_of_its_source",
            ),
            models.UniqueConstraint(
                fields=["branch", "complaint"],
                condition=~Q(complaint=""),
                name="one_finding_per_complaint",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What is wrong, in the reader's language."""
        return self.words_en if (get_language() or "").startswith("en") else self.words_zh
