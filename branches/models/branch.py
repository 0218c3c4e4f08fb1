from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation.models import Event


class BranchKind(models.TextChoices):
    """What the region has granted. Grades are earned in an audit; this is the sign on the door."""

    ORDINARY = "ordinary", _("ordinary branch")
    DEMONSTRATION = "demonstration", _("elder-friendly demonstration branch")


class BranchQuerySet(ScopedQuerySet["Branch"]):
    branch_path = ""


class Branch(models.Model):
    """A branch (网点): a place with opening hours, things and people."""

    region = models.ForeignKey(
        "accounts.Region",
        verbose_name=_("region"),
        on_delete=models.PROTECT,
        related_name="branches",
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=20, choices=BranchKind, default=BranchKind.ORDINARY
    )
    address = models.CharField(_("address"), max_length=200)
    phone = models.CharField(_("phone"), max_length=30)
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    # How to get here, in words that an old person understands: "the bus stop is at the door".
    transport_zh = models.CharField(_("by bus and metro (Chinese)"), max_length=200, blank=True)
    transport_en = models.CharField(_("by bus and metro (English)"), max_length=200, blank=True)
    parking_zh = models.CharField(_("parking (Chinese)"), max_length=200, blank=True)
    parking_en = models.CharField(_("parking (English)"), max_length=200, blank=True)
    community_zh = models.CharField(_("nearest community (Chinese)"), max_length=100, blank=True)
    community_en = models.CharField(_("nearest community (English)"), max_length=100, blank=True)
    # How many must be on the floor whenever it is open: the article promises one.
    minimum_cover = models.PositiveSmallIntegerField(_("always on the floor"), default=1)
    # How many assistants dispatch leaves at the door for whoever comes next.
    keep_free = models.PositiveSmallIntegerField(_("kept free at the door"), default=0)
    is_active = models.BooleanField(_("open to customers"), default=True)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("users"), blank=True, related_name="branches"
    )

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BranchKind.values), name="branch_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)),
                name="branch_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if _english() else self.name_zh

    @property
    def transport(self) -> str:
        return self.transport_en if _english() else self.transport_zh

    @property
    def parking(self) -> str:
        return self.parking_en if _english() else self.parking_zh

    @property
    def community(self) -> str:
        return self.community_en if _english() else self.community_zh


class BranchEvent(Event):
    """The branch's hours, days or facts were changed; ``snapshot`` holds them as they were."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="events")


def _english() -> bool:
    return (get_language() or "").startswith("en")
