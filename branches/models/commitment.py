from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock


class CommitmentKind(models.TextChoices):
    ESCORT = "escort", _("escort")
    VISIT = "visit", _("home visit")
    TALK = "talk", _("talk")
    LEAVE = "leave", _("leave")
    HOLD = "hold", _("held for a booking")


class CommitmentQuerySet(ScopedQuerySet["Commitment"]):
    branch_path = "staff__branch"

    def live(self) -> "CommitmentQuerySet":
        """The promises that still bind."""
        return self.filter(released_at__isnull=True)

    def expired_holds(self) -> "CommitmentQuerySet":
        """Live holds whose time is up."""
        return self.live().filter(kind=CommitmentKind.HOLD, hold_expires_at__lte=clock.now())


class Commitment(models.Model):
    """A promise of one person's time: the one table, under one exclusion constraint (ADR 0002).

    ``span`` is half-open ``[)`` and holds the travel that leads to the place, the service, and the
    leave-taking. A released promise stays as history and no longer binds. A hold carries its owner
    and its expiry; an expired hold is taken over in place by the next booking.
    """

    staff = models.ForeignKey(
        "branches.Staff",
        verbose_name=_("staff"),
        on_delete=models.PROTECT,
        related_name="commitments",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CommitmentKind)
    span = DateTimeRangeField(_("from and until"))
    # Where the person is at the end of the span: the next journey starts here. Null: at the branch.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    # When they must be there: the journey before may be re-reckoned, this may not move silently.
    arrives_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    hold_owner = models.CharField(max_length=64, blank=True)
    hold_expires_at = models.DateTimeField(null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["staff", "span"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            ExclusionConstraint(
                name="commitment_no_overlap",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(released_at__isnull=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CommitmentKind.values), name="commitment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(span__isempty=False)
                & Q(span__lower_inf=False)
                & Q(span__upper_inf=False),
                name="commitment_span_bounded",
            ),
            models.CheckConstraint(
                condition=Q(kind=CommitmentKind.HOLD, hold_expires_at__isnull=False)
                & ~Q(hold_owner="")
                | ~Q(kind=CommitmentKind.HOLD) & Q(hold_expires_at__isnull=True) & Q(hold_owner=""),
                name="commitment_hold_has_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hold_expires_at"],
                name="commitment_holds",
                condition=Q(kind="hold", released_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.span.lower:%Y-%m-%d %H:%M}"
