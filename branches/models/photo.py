import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class PhotoOf(models.TextChoices):
    """What a photo shows decides who may see it."""

    FACILITY = "facility", _("facility")
    PERSON = "person", _("member of staff")


def where_it_is_kept(row: "BranchPhoto", _name: str) -> str:
    """A name of ours in a folder of the month: what the phone calls it is not to be trusted."""
    return f"branches/{row.added_at:%Y-%m}/{row.public_id}.jpg"


class BranchPhoto(models.Model):
    """A photo that was taken in a branch: of a thing, of its fault or repair, or for a badge.

    Its file is never served by its name: pages fetch it by ``public_id``, within their scope.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey("branches.Branch", on_delete=models.PROTECT, related_name="photos")
    of = models.CharField(_("of"), max_length=10, choices=PhotoOf)
    file = models.FileField(_("file"), upload_to=where_it_is_kept, max_length=200)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), default=clock.now)

    objects = ScopedQuerySet["BranchPhoto"].as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.CheckConstraint(condition=Q(of__in=PhotoOf.values), name="photo_of_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()} {self.added_at:%Y-%m-%d}"
