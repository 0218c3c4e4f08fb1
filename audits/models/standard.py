from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audits.standard import SourceGrade


class StandardVersionQuerySet(models.QuerySet["StandardVersion"]):
    def published(self) -> "StandardVersionQuerySet":
        return self.filter(sealed=True)


class StandardVersion(models.Model):
    """One published version of a checklist (检查标准). Sealed: the database lets nothing change.

    ``document`` is the file as it was read; ``audits.publishing.standard_of`` makes the frozen
    standard from it. Old inspections keep their version for ever.
    """

    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    in_force = models.DateField(_("in force from"))
    document = models.JSONField(_("document"))
    digest = models.CharField(_("digest"), max_length=64)
    sealed = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StandardVersionQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-number"]
        verbose_name = _("version of a standard")
        verbose_name_plural = _("versions of standards")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="standard_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def label(self) -> str:
        """Its code and number, as addresses and forms name it."""
        return f"{self.code}-{self.number}"


class ChecklistItem(models.Model):
    """One item of a version as a row, for answers to point at and for matrices to group by."""

    version = models.ForeignKey(StandardVersion, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=10)
    section = models.CharField(_("section"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"))
    what_zh = models.CharField(_("what (Chinese)"), max_length=200)
    what_en = models.CharField(_("what (English)"), max_length=300)
    weight = models.PositiveSmallIntegerField(_("weight"))
    must = models.BooleanField(_("must-have"))
    grade = models.CharField(
        _("how binding"), max_length=20, choices=[(one.value, one.value) for one in SourceGrade]
    )

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_in_version"),
            models.CheckConstraint(condition=Q(weight__range=(1, 3)), name="item_weight_1_to_3"),
            models.CheckConstraint(
                condition=Q(grade__in=[one.value for one in SourceGrade]), name="item_grade_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.what}"

    @property
    def what(self) -> str:
        """What is looked at, in the reader's language."""
        return self.what_en if (get_language() or "").startswith("en") else self.what_zh
