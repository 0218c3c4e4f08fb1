import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from eldercare import addresses, phones
from foundation import clock
from foundation.encryption import EncryptedTextField, blind_index


class Need(models.TextChoices):
    """What to mind (特殊需要). Coded, because health notes in prose are more than we need."""

    MOBILITY = "mobility", _("walks with difficulty")
    SIGHT = "sight", _("sees poorly")
    HEARING = "hearing", _("hears poorly")
    MEMORY = "memory", _("forgets easily")
    DIALECT = "dialect", _("speaks dialect")


class ContactChannel(models.TextChoices):
    SMS = "sms", _("text message")
    PHONE = "phone", _("phone call")


def check_known_needs(values: list[str]) -> None:
    """Refuse needs that are not in the list."""
    unknown = set(values) - set(Need.values)
    if unknown:
        raise ValidationError(_("Unknown need: %(needs)s"), params={"needs": sorted(unknown)})


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    def with_phone(self, phone: str) -> "CustomerQuerySet":
        """Those with this number, found without the database seeing it."""
        return self.filter(phone_index=blind_index(phones.normalise(phone)))


class Customer(models.Model):
    """Whom we serve (长者). Phone and address are sealed; pages show them masked."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(
        "branches.Branch",
        verbose_name=_("own branch"),
        on_delete=models.PROTECT,
        related_name="customers",
    )
    name = models.CharField(_("name"), max_length=60)
    preferred_name = models.CharField(_("likes to be called"), max_length=60, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"))
    phone = EncryptedTextField(_("phone"))
    phone_index = models.CharField(max_length=64, db_index=True, editable=False)
    phone_last4 = models.CharField(max_length=4, db_index=True, editable=False)
    address = EncryptedTextField(_("address"), blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    needs: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20, choices=Need),
        verbose_name=_("needs"),
        default=list,
        blank=True,
        validators=[check_known_needs],
    )
    contact_by = models.CharField(
        _("how to reach"), max_length=10, choices=ContactChannel, default=ContactChannel.SMS
    )
    created_at = models.DateTimeField(_("registered"), default=clock.now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=Q(needs__contained_by=Need.values), name="customer_needs_known"
            ),
            models.CheckConstraint(
                condition=Q(contact_by__in=ContactChannel.values), name="customer_contact_known"
            ),
            models.CheckConstraint(
                condition=Q(birth_year__range=(1900, 2100)), name="customer_birth_year_sane"
            ),
            models.CheckConstraint(
                # Both named as not null: a comparison with null would pass a check.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, latitude__range=(-90, 90))
                & Q(longitude__isnull=False, longitude__range=(-180, 180)),
                name="customer_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.called

    def set_phone(self, text: str) -> None:
        """Take a number as a person wrote it and keep it sealed, findable and masked."""
        self.phone = phones.normalise(text)
        self.phone_index = blind_index(self.phone)
        self.phone_last4 = self.phone.replace("-", "")[-4:]

    @property
    def called(self) -> str:
        """How to speak to this person."""
        return self.preferred_name or self.name

    @property
    def age(self) -> int:
        """In whole years this year; the year is what we keep."""
        return clock.today().year - self.birth_year

    @property
    def masked_phone(self) -> str:
        return phones.mask(self.phone)

    @property
    def masked_address(self) -> str:
        return addresses.mask(self.address)

    @property
    def has_place(self) -> bool:
        return self.latitude is not None and self.longitude is not None
