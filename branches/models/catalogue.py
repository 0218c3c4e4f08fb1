"""What a facility of each kind must satisfy, as data."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class FacilityGroup(models.TextChoices):
    """Where on the way through a branch it is needed."""

    COMING_IN = "coming_in", _("coming in")
    WAITING = "waiting", pgettext_lazy("facility group", "waiting")
    COUNTER = "counter", _("at the counter")
    MACHINES = "machines", _("self-service machines")
    SENSES = "senses", _("seeing and hearing")
    HEALTH = "health", _("first aid and health")
    COMFORT = "comfort", _("comfort")
    SIGNS = "signs", _("signs and print")


class Authority(models.TextChoices):
    """How binding the demand is, as docs/domain grades it: never shown as more than it is."""

    MANDATORY = "M", _("law or mandatory standard")
    RECOMMENDED = "R", _("recommended standard or notice")
    ARTICLE = "A", _("the region's own promise")
    PROPOSAL = "P", _("our proposal")


class FacilityType(models.Model):
    """A kind of facility (设施): first-aid box, wheelchair, love seat …

    ``minimum`` is how many a branch needs; ``at_least`` and ``at_most`` bound the measured size in
    ``unit`` (mm, or the run of a ramp for one metre of rise); ``inspect_every_days`` is how long a
    sighting lasts.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    group = models.CharField(
        _("group"), max_length=20, choices=FacilityGroup, default=FacilityGroup.COMFORT
    )
    demand_zh = models.CharField(_("what it must satisfy (Chinese)"), max_length=200, blank=True)
    demand_en = models.CharField(_("what it must satisfy (English)"), max_length=200, blank=True)
    authority = models.CharField(
        _("by what authority"), max_length=1, choices=Authority, default=Authority.PROPOSAL
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    minimum = models.PositiveSmallIntegerField(_("at least so many"), default=1)
    unit = models.CharField(_("measured in"), max_length=10, blank=True)
    at_least = models.DecimalField(
        _("size at least"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    at_most = models.DecimalField(
        _("size at most"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    inspect_every_days = models.PositiveSmallIntegerField(
        _("looked at every so many days"), null=True, blank=True
    )
    has_expiry = models.BooleanField(_("has a date of expiry"), default=False)
    is_lent = models.BooleanField(_("lent to customers in the lobby"), default=False)
    # Which branches promise it, by the region's published article of 2023-03-15.
    promised_everywhere = models.BooleanField(_("every branch has it"), default=False)
    promised_demonstration = models.BooleanField(_("demonstration branches have it"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("facility type")
        verbose_name_plural = _("facility types")
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=FacilityGroup.values), name="facility_group_known"
            ),
            models.CheckConstraint(
                condition=Q(authority__in=Authority.values), name="facility_authority_known"
            ),
            models.CheckConstraint(
                condition=Q(at_least__isnull=True)
                | Q(at_most__isnull=True)
                | Q(at_least__lte=F("at_most")),
                name="facility_bounds_in_order",
            ),
            models.CheckConstraint(
                condition=Q(at_least__isnull=True, at_most__isnull=True) | ~Q(unit=""),
                name="facility_bounds_have_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if _english() else self.name_zh

    @property
    def demand(self) -> str:
        """What it must satisfy, in the reader's language."""
        return self.demand_en if _english() else self.demand_zh

    @property
    def is_measured(self) -> bool:
        return self.at_least is not None or self.at_most is not None


def _english() -> bool:
    return (get_language() or "").startswith("en")
