import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import REGION_ROLES
from appointments.states import LIVE, VisitStatus
from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.encryption import EncryptedTextField
from foundation.models import Event


class AskedBy(models.TextChoices):
    CUSTOMER = "customer", _("the customer")
    FAMILY = "family", _("family")
    STAFF = "staff", _("staff")


class HomeVisitQuerySet(ScopedQuerySet["HomeVisit"]):
    def _in_scope(self, user: User) -> Q:
        # The branch that sends the team, and the branch that knows the customer.
        theirs = "customer__branch"
        if user.role in REGION_ROLES:
            return super()._in_scope(user) | Q(**{f"{theirs}__region": user.region_id})
        return super()._in_scope(user) | Q(**{f"{theirs}__in": user.branches.values("pk")})

    def live(self) -> "HomeVisitQuerySet":
        """Those for which two people's time is promised."""
        return self.filter(status__in=sorted(LIVE))


class HomeVisit(models.Model):
    """A visit to a customer's home (上门服务) by a team of two.

    ``window`` is what was promised to the customer; ``starts_at`` is when the team means to be at
    the door. ``version`` grows with every change, so that a due step can see that it is stale.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    idempotency_key = models.CharField(max_length=80, unique=True)
    branch = models.ForeignKey(
        "branches.Branch", verbose_name=_("branch"), on_delete=models.PROTECT, related_name="visits"
    )
    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="visits",
    )
    representative = models.ForeignKey(
        "eldercare.Representative",
        verbose_name=_("representative"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="visits",
    )
    asked_by = models.CharField(_("asked by"), max_length=10, choices=AskedBy)
    service_version = models.ForeignKey(
        "eldercare.ServiceVersion",
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="visits",
    )
    status = models.CharField(_("status"), max_length=20, choices=VisitStatus)
    window = DateTimeRangeField(_("promised window"))
    starts_at = models.DateTimeField(_("planned start"))
    minutes = models.PositiveSmallIntegerField(_("duration in minutes"))
    latitude = models.FloatField()
    longitude = models.FloatField()
    version = models.PositiveIntegerField(default=1)
    # Staff say theirs first and the customer checks it; then the customer says theirs.
    staff_code = EncryptedTextField(_("code that the staff say"))
    customer_code = EncryptedTextField(_("code that the customer says"))
    code_tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("why it ended so"), max_length=30, blank=True)
    words = models.CharField(_("in words"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("takes the place of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)

    objects = HomeVisitQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        constraints = [
            ExclusionConstraint(
                name="visit_customer_no_overlap",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    ("window", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=sorted(LIVE)),
            ),
            models.CheckConstraint(
                condition=Q(status__in=VisitStatus.values), name="visit_status_known"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__in=AskedBy.values), name="visit_asked_by_known"
            ),
            models.CheckConstraint(
                condition=Q(window__contains=models.F("starts_at")),
                name="visit_starts_within_promise",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "not_done"]) | ~Q(reason=""),
                name="visit_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by="family") | Q(representative__isnull=False),
                name="visit_by_family_names_them",
            ),
            models.CheckConstraint(condition=Q(code_tries__lte=5), name="visit_code_tries_capped"),
        ]
        indexes = [
            models.Index(fields=["branch", "starts_at"], name="visit_of_the_day"),
            models.Index(fields=["customer", "-starts_at"], name="visit_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    @property
    def subject(self) -> str:
        """How messages and due steps name this visit."""
        return f"visit:{self.public_id}"


class VisitEvent(Event):
    visit = models.ForeignKey(HomeVisit, on_delete=models.PROTECT, related_name="events")
