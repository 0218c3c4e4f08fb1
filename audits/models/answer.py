from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.judging import Verdict
from branches.scoping import ScopedQuerySet

VERDICTS = [(one.value, one.value) for one in Verdict]


class Origin(models.TextChoices):
    OBSERVED = "observed", _("seen or measured")
    CONFIRMED = "confirmed", _("known to the register, and confirmed")


class Answer(models.Model):
    """What the inspector found for one item. Append-only: a changed mind is one more answer.

    The latest by ``answered_at`` counts. ``client_id`` is made on the phone, so that an answer that
    is sent again after a dead spot is the same answer.
    """

    client_id = models.UUIDField(unique=True)
    inspection = models.ForeignKey(
        "audits.Inspection", on_delete=models.PROTECT, related_name="answers"
    )
    item = models.ForeignKey("audits.ChecklistItem", on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(_("values"), default=dict, blank=True)
    not_applicable = models.BooleanField(_("not applicable"), default=False)
    reason = models.CharField(_("why not applicable"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    origin = models.CharField(
        _("how it is known"), max_length=10, choices=Origin, default=Origin.OBSERVED
    )
    # The client ids of the answers that whoever answered could see; None: all that were there.
    seen = models.JSONField(_("given in knowledge of"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"))
    received_at = models.DateTimeField(_("received"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["answered_at", "pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="answer_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=True, values={}) & ~Q(reason="")
                | Q(not_applicable=False, reason="") & ~Q(values={}),
                name="answer_not_applicable_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item}"


class ItemResultQuerySet(ScopedQuerySet["ItemResult"]):
    branch_path = "inspection__branch"


class ItemResult(models.Model):
    """The program's verdict on one item of a submitted inspection. Append-only."""

    inspection = models.ForeignKey(
        "audits.Inspection", on_delete=models.PROTECT, related_name="results"
    )
    item = models.ForeignKey("audits.ChecklistItem", on_delete=models.PROTECT, related_name="+")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="result")
    verdict = models.CharField(_("verdict"), max_length=20, choices=VERDICTS)

    objects = ItemResultQuerySet.as_manager()

    class Meta:
        ordering = ["inspection", "item__position"]
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="one_result_per_item"),
            models.CheckConstraint(
                condition=Q(verdict__in=[one.value for one in Verdict]), name="verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.verdict}"


class SectionScore(models.Model):
    """Points of one section of a submitted inspection. Append-only."""

    inspection = models.ForeignKey(
        "audits.Inspection", on_delete=models.PROTECT, related_name="section_scores"
    )
    section = models.CharField(_("section"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    points = models.PositiveSmallIntegerField(_("points"))
    out_of = models.PositiveSmallIntegerField(_("out of"))

    class Meta:
        ordering = ["inspection", "position"]
        verbose_name = _("section score")
        verbose_name_plural = _("section scores")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "section"], name="one_score_a_section"),
            models.CheckConstraint(
                condition=Q(points__lte=F("out_of")), name="section_points_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.points}/{self.out_of}"
