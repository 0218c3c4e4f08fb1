import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.models.skill import Skill
from branches.scoping import ScopedQuerySet
from eldercare.models.customer import Need
from eldercare.states import EscortStatus
from foundation import clock
from foundation.models import Event


class Face(models.TextChoices):
    """How it was, by one tap of the customer on one of three faces."""

    GOOD = "good", _("good")
    FAIR = "fair", _("so-so")
    POOR = "poor", _("not good")


class EscortQuerySet(ScopedQuerySet["Escort"]):
    def booked(self) -> "EscortQuerySet":
        """Expected, and not here yet."""
        return self.filter(status=EscortStatus.BOOKED)

    def open(self) -> "EscortQuerySet":
        """On the board: waiting or accompanied."""
        return self.filter(status__in=[EscortStatus.WAITING, EscortStatus.ACCOMPANIED])


class Escort(models.Model):
    """One person at the side of one older customer, from the door to the door (一对一陪同)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the tablet, so that an arrival that is sent twice is one arrival.
    client_key = models.CharField(max_length=64, unique=True)
    branch = models.ForeignKey("branches.Branch", on_delete=models.PROTECT, related_name="escorts")
    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="escorts",
    )
    nickname = models.CharField(_("how to know them"), max_length=60, blank=True)
    service_version = models.ForeignKey(
        "eldercare.ServiceVersion",
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="escorts",
    )
    needs: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20, choices=Need), default=list, blank=True
    )
    status = models.CharField(
        _("status"), max_length=20, choices=EscortStatus, default=EscortStatus.WAITING
    )
    # For a booking: when they are expected, and whom they or their family asked through.
    booked_for = models.DateTimeField(_("booked for"), null=True, blank=True)
    representative = models.ForeignKey(
        "eldercare.Representative",
        verbose_name=_("representative"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="escorts",
    )
    # While it is only booked this is the booked time: nobody waits yet.
    arrived_at = models.DateTimeField(_("arrived"), default=clock.now)
    taken_at = models.DateTimeField(_("accompanied since"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    assistant = models.ForeignKey(
        "branches.Staff",
        verbose_name=_("assistant"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="escorts",
    )
    commitment = models.OneToOneField(
        "branches.Commitment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="escort",
    )
    # What this person wants of whoever comes: a language, signs.
    wanted_skills: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20, choices=Skill),
        verbose_name=_("wanted skills"),
        default=list,
        blank=True,
    )
    kit_given = models.BooleanField(_("care kit given"), default=False)
    device_taught = models.BooleanField(_("taught on a phone or machine"), default=False)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    how_it_was = models.CharField(_("how it was"), max_length=10, choices=Face, blank=True)
    outcome = models.CharField(_("what was done"), max_length=300, blank=True)

    objects = EscortQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        verbose_name = _("escort")
        verbose_name_plural = _("escorts")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=EscortStatus.values), name="escort_status_known"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(nickname=""), name="escort_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(status=EscortStatus.ACCOMPANIED)
                | Q(assistant__isnull=False, commitment__isnull=False, taken_at__isnull=False),
                name="escort_accompanied_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=EscortStatus.BOOKED)
                | Q(
                    customer__isnull=False,
                    booked_for__isnull=False,
                    assistant__isnull=False,
                    commitment__isnull=False,
                ),
                name="escort_booked_is_kept",
            ),
            models.UniqueConstraint(
                fields=["customer", "booked_for"],
                condition=Q(status=EscortStatus.BOOKED),
                name="one_escort_booking_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["assistant"],
                condition=Q(status=EscortStatus.ACCOMPANIED),
                name="one_escort_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(needs__contained_by=Need.values), name="escort_needs_known"
            ),
            models.CheckConstraint(
                condition=Q(wanted_skills__contained_by=Skill.values),
                name="escort_wanted_skills_known",
            ),
            models.CheckConstraint(
                condition=Q(how_it_was__in=["", *Face.values]), name="escort_face_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch", "arrived_at"],
                name="escort_on_the_board",
                condition=Q(status__in=["waiting", "accompanied"]),
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def subject(self) -> str:
        """How messages and due steps name this escort."""
        return f"escort:{self.public_id}"

    @property
    def called(self) -> str:
        """What to call this person on the board."""
        return self.customer.called if self.customer else self.nickname


class EscortEvent(Event):
    escort = models.ForeignKey(Escort, on_delete=models.PROTECT, related_name="events")
