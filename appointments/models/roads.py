from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation import clock


class RoadTable(models.Model):
    """Minutes by road between a region's places, as a road service has answered them.

    ``minutes`` are 32-bit floats, row by row, from each of ``places`` to each; not a number where
    the service knew no way. Made anew whenever it is learned, so that doors nobody visits any more
    are forgotten.
    """

    region = models.OneToOneField(
        "accounts.Region",
        verbose_name=_("region"),
        on_delete=models.CASCADE,
        related_name="road_table",
    )
    source = models.CharField(_("source"), max_length=20)
    places = models.JSONField(default=list)
    minutes = models.BinaryField()
    learned_at = models.DateTimeField(_("learned"), default=clock.now)

    objects: ClassVar[models.Manager["RoadTable"]] = models.Manager()

    class Meta:
        verbose_name = _("road table")
        verbose_name_plural = _("road tables")

    def __str__(self) -> str:
        return f"{self.region}"
