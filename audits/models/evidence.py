import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class EvidenceForm(models.TextChoices):
    PHOTO = "photo", _("photo")
    RECORD = "record", _("record that was seen")


def where_it_is_kept(row: "Evidence", name: str) -> str:
    """A name of ours in a folder of the month: what the phone calls it is not to be trusted."""
    return f"evidence/{row.added_at:%Y-%m}/{row.public_id}.{name.rsplit('.', 1)[-1]}"


class Evidence(models.Model):
    """A photo, or a record that somebody has seen and names. Append-only.

    It belongs to an item of an inspection or to an improvement. A photo holds no EXIF data; when
    and where it was taken stand in the row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(unique=True)
    branch = models.ForeignKey("branches.Branch", on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(
        "audits.Inspection",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    item = models.ForeignKey(
        "audits.ChecklistItem", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    improvement = models.ForeignKey(
        "audits.Improvement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    form = models.CharField(_("form"), max_length=10, choices=EvidenceForm)
    words = models.CharField(_("what it shows"), max_length=300, blank=True)
    file = models.FileField(_("file"), upload_to=where_it_is_kept, max_length=200, blank=True)
    digest = models.CharField(_("digest of the file"), max_length=64, blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), default=clock.now)

    objects = ScopedQuerySet["Evidence"].as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(form=EvidenceForm.PHOTO, width__gt=0, height__gt=0)
                & ~Q(file="")
                & ~Q(digest="")
                | Q(form=EvidenceForm.RECORD, file="") & ~Q(words=""),
                name="evidence_shows_something",
            ),
            models.CheckConstraint(
                condition=Q(inspection__isnull=False, item__isnull=False, improvement__isnull=True)
                | Q(inspection__isnull=True, item__isnull=True, improvement__isnull=False),
                name="evidence_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="evidence_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.words or str(self.public_id)
