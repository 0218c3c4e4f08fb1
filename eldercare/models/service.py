from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from eldercare.states import ReviewStatus
from foundation import clock
from foundation.models import Event


class Risk(models.TextChoices):
    LOW = "low", _("low risk: passes screening by rule")
    HIGH = "high", _("needs the branch manager's approval")


class Aspect(models.TextChoices):
    """What a reviewer looks at (银行保险机构消费者权益保护管理办法, art. 8 to 12)."""

    KNOW = "know", _("right to know")
    CHOOSE = "choose", _("right to choose")
    SAFETY = "safety", _("safety")
    FAIRNESS = "fairness", _("fairness")
    PRIVACY = "privacy", _("privacy")
    ELDERLY = "elderly", _("suitability for the old")


class Service(models.Model):
    """A piece of bank business (业务) by name; what it is stands in its versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.code


class ServiceVersionQuerySet(models.QuerySet["ServiceVersion"]):
    def offered(self) -> "ServiceVersionQuerySet":
        """What two people have let through and nobody has retired."""
        return self.filter(status=ReviewStatus.APPROVED)

    def at_home(self) -> "ServiceVersionQuerySet":
        return self.filter(at_home=True)

    def at_branch(self) -> "ServiceVersionQuerySet":
        return self.filter(at_branch=True)


class ServiceVersion(models.Model):
    """What a service is, as reviewed. A visit keeps the version under which it was booked.

    Durations are minutes. The database holds the four eyes: approved means an inner reviewer who is
    not the author and a re-checker who is neither (DESIGN §4.7).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=20, choices=ReviewStatus, default=ReviewStatus.DRAFT
    )
    name_zh = models.CharField(_("name (Chinese)"), max_length=60)
    name_en = models.CharField(_("name (English)"), max_length=60)
    prepare_zh = models.TextField(_("what to prepare (Chinese)"), blank=True)
    prepare_en = models.TextField(_("what to prepare (English)"), blank=True)
    # What an assistant goes through with the customer, one line for each step.
    steps_zh = models.TextField(_("steps (Chinese)"), blank=True)
    steps_en = models.TextField(_("steps (English)"), blank=True)
    at_home = models.BooleanField(_("at home"), default=False)
    at_branch = models.BooleanField(_("at a branch"), default=True)
    minutes = models.PositiveSmallIntegerField(_("duration in minutes"))
    risk = models.CharField(_("risk"), max_length=10, choices=Risk, default=Risk.LOW)
    # What a home may never see, whoever reviewed it: cash, and sales (DOMAIN §4).
    moves_cash = models.BooleanField(_("moves cash"), default=False)
    sells = models.BooleanField(_("sells a product"), default=False)
    must_record = models.BooleanField(_("recorded in sound and picture"), default=False)
    from_age = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    limits_zh = models.TextField(_("limits (Chinese)"), blank=True)
    limits_en = models.TextField(_("limits (English)"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    inner_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rechecker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ServiceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["service__code", "-number"]
        verbose_name = _("service version")
        verbose_name_plural = _("service versions")
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_version_number"),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(status=ReviewStatus.APPROVED),
                name="one_approved_version_per_service",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReviewStatus.values), name="service_status_known"
            ),
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="service_risk_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "retired"])
                | Q(inner_reviewer__isnull=False, rechecker__isnull=False),
                name="service_approved_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(inner_reviewer=F("author"))
                & ~Q(rechecker=F("author"))
                & ~Q(rechecker=F("inner_reviewer")),
                name="service_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 240)), name="service_minutes_sane"
            ),
            models.CheckConstraint(
                condition=Q(at_home=False) | Q(moves_cash=False, sells=False),
                name="service_no_cash_no_sale_at_home",
            ),
            models.CheckConstraint(
                condition=Q(from_age__isnull=True) | Q(from_age__range=(18, 120)),
                name="service_age_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def limits(self) -> str:
        """Up to how much, how often: in the reader's language, one line for each limit."""
        return self.limits_en if (get_language() or "").startswith("en") else self.limits_zh

    @property
    def steps(self) -> list[str]:
        """What to go through with the customer, in the reader's language and in order."""
        text = self.steps_en if (get_language() or "").startswith("en") else self.steps_zh
        return [line.strip() for line in text.splitlines() if line.strip()]

    @property
    def prepare(self) -> str:
        """What to prepare, in the reader's language, one line for each thing."""
        return self.prepare_en if (get_language() or "").startswith("en") else self.prepare_zh


class ServiceEvent(Event):
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="events")


class ReviewComment(models.Model):
    """What a reviewer said about one aspect, at one stage of one version. Append-only."""

    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="comments")
    stage = models.CharField(_("stage"), max_length=20, choices=ReviewStatus)
    aspect = models.CharField(_("aspect"), max_length=20, choices=Aspect)
    words = models.CharField(_("comment"), max_length=500)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("review comment")
        verbose_name_plural = _("review comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["inner_review", "recheck"]), name="comment_at_a_stage"
            ),
            models.CheckConstraint(
                condition=Q(aspect__in=Aspect.values), name="comment_aspect_known"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="comment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_aspect_display()}: {self.words}"
