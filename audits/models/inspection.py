import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import BRANCH_ROLES
from audits.states import InspectionStatus
from branches.scoping import ScopedQuerySet
from foundation.models import Event


class InspectionKind(models.TextChoices):
    PLANNED = "planned", _("planned inspection")
    SPOT = "spot", _("spot inspection")
    SELF_CHECK = "self_check", _("self-check by the branch")


class InspectionQuerySet(ScopedQuerySet["Inspection"]):
    def _in_scope(self, user: User) -> Q:
        scope = super()._in_scope(user)
        if user.role in BRANCH_ROLES:
            # Who is to be surprised must not read of it beforehand.
            known = [InspectionStatus.UNDER_WAY, InspectionStatus.SUBMITTED]
            scope &= Q(announced=True) | Q(status__in=known)
        return scope

    def submitted(self) -> "InspectionQuerySet":
        return self.filter(status=InspectionStatus.SUBMITTED)

    def open(self) -> "InspectionQuerySet":
        """Planned or under way."""
        return self.filter(status__in=[InspectionStatus.PLANNED, InspectionStatus.UNDER_WAY])

    def official(self) -> "InspectionQuerySet":
        """By somebody from outside: self-checks help a branch and rank nobody."""
        return self.exclude(kind=InspectionKind.SELF_CHECK)


class Inspection(models.Model):
    """One look at one branch under one version of the standard (检查).

    ``points`` and the rest of the result are reckoned at submission from the answers
    (``audits.inspections.submit``); a trigger lets nothing of a submitted inspection change.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    branch = models.ForeignKey(
        "branches.Branch", on_delete=models.PROTECT, related_name="inspections"
    )
    version = models.ForeignKey(
        "audits.StandardVersion", on_delete=models.PROTECT, related_name="inspections"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=InspectionKind)
    announced = models.BooleanField(_("announced"), default=True)
    planned_for = models.DateField(_("planned for"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("inspector"),
        on_delete=models.PROTECT,
        related_name="inspections",
    )
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=InspectionStatus,
        default=InspectionStatus.PLANNED,
    )
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    # The year of the branch's last building works decides which building rules bind it.
    last_works_year = models.PositiveSmallIntegerField(_("last works"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    out_of = models.PositiveSmallIntegerField(_("out of"), null=True, blank=True)
    must_failed = models.PositiveSmallIntegerField(_("must-haves failed"), null=True, blank=True)
    grade = models.CharField(_("grade reached"), max_length=40, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_for", "-pk"]
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=InspectionStatus.values), name="inspection_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=InspectionKind.values), name="inspection_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=InspectionStatus.SUBMITTED,
                    submitted_at__isnull=False,
                    points__isnull=False,
                    out_of__isnull=False,
                    must_failed__isnull=False,
                )
                | ~Q(status=InspectionStatus.SUBMITTED)
                & Q(
                    submitted_at__isnull=True,
                    points__isnull=True,
                    out_of__isnull=True,
                    must_failed__isnull=True,
                    grade="",
                ),
                name="inspection_scored_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=F("out_of")),
                name="inspection_points_within",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["under_way", "submitted"]) | Q(started_at__isnull=False),
                name="inspection_begun_has_time",
            ),
            # Two inspectors in one branch at once would each hold half of the truth.
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(status="under_way") & ~Q(kind="self_check"),
                name="one_inspection_under_way",
            ),
            models.UniqueConstraint(
                fields=["branch"],
                condition=Q(status="under_way", kind="self_check"),
                name="one_self_check_under_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch", "-submitted_at"],
                name="inspection_latest",
                condition=Q(status="submitted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {self.planned_for}"

    @property
    def percent(self) -> Fraction | None:
        """The score; None before submission, and where nothing applied."""
        if self.points is None or not self.out_of:
            return None
        return Fraction(100 * self.points, self.out_of)


class InspectionEvent(Event):
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="events")


class Side(models.TextChoices):
    INSPECTOR = "inspector", _("inspector")
    BRANCH = "branch", _("branch")


class Signature(models.Model):
    """One side's signature under the answers as they were: ``digest`` says which answers.

    An answer changed afterwards has another digest, and both sides sign again.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(_("of what"), max_length=64)
    # Points of the finger on the glass, for the printed report; a name alone will do.
    strokes = models.JSONField(_("drawing"), default=list, blank=True)
    signed_at = models.DateTimeField(_("signed"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["signed_at", "pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="signature_side_known"),
            models.CheckConstraint(condition=~Q(name=""), name="signature_has_name"),
            models.UniqueConstraint(
                fields=["inspection", "side", "digest"], name="one_signature_per_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.side})"
