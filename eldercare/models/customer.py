import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from eldercare import addresses, phones
from eldercare.models.name_key import NameKeyField
from foundation import clock
from foundation.encryption import EncryptedTextField, blind_index


class Need(models.TextChoices):
    """What to mind (特殊需要). Coded, because health notes in prose are more than we need."""

    MOBILITY = "mobility", _("walks with difficulty")
    SIGHT = "sight", _("sees poorly")
    HEARING = "hearing", _("hears poorly")
    MEMORY = "memory", _("forgets easily")
    DIALECT = "dialect", _("speaks dialect")


class Circumstance(models.TextChoices):
    """How somebody lives. No need of the body, and yet it changes how we come."""

    LIVES_ALONE = "lives_alone", _("lives alone")
    NURSING_HOME = "nursing_home", _("lives in a nursing home")


class ContactChannel(models.TextChoices):
    SMS = "sms", _("text message")
    PHONE = "phone", _("phone call")
    FAMILY = "family", _("the family's phone")
    WECOM = "wecom", _("WeCom")


def check_known_needs(values: list[str]) -> None:
    """Refuse needs that are not in the list."""
    unknown = set(values) - set(Need.values)
    if unknown:
        raise ValidationError(_("Unknown need: %(needs)s"), params={"needs": sorted(unknown)})


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    def current(self) -> "CustomerQuerySet":
        """Without those who were merged into another row: they are history."""
        return self.filter(merged_into__isnull=True)

    def with_phone(self, phone: str) -> "CustomerQuerySet":
        """Those with this number, found without the database seeing it."""
        return self.current().filter(phone_index=blind_index(phones.normalise(phone)))

    def sounding_like(self, name: str) -> "CustomerQuerySet":
        """Those whose name has the same characters or the same pinyin."""
        return self.current().filter(name_key=NameKeyField.key_of(name))


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
    # Finds equal and like-sounding names; made from the name whenever the row is saved.
    name_key = NameKeyField()
    birth_year = models.PositiveSmallIntegerField(_("year of birth"))
    # Known only where somebody had a use for it; the year is enough for most (PIPL art. 6, 19).
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
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
    circumstances: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=20, choices=Circumstance),
        verbose_name=_("circumstances"),
        default=list,
        blank=True,
    )
    contact_by = models.CharField(
        _("how to reach"), max_length=10, choices=ContactChannel, default=ContactChannel.SMS
    )
    preferred_staff = models.ForeignKey(
        "branches.Staff",
        verbose_name=_("likes to be served by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Short, and sealed all the same: people write into notes what belongs into no list.
    note = EncryptedTextField(_("note"), blank=True)
    # Set when this row turned out to be the same person as another one, which lives on.
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        editable=False,
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
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
                condition=Q(birth_date__isnull=True) | Q(birth_date__year=F("birth_year")),
                name="customer_birth_agrees",
            ),
            models.CheckConstraint(
                condition=Q(circumstances__contained_by=Circumstance.values),
                name="customer_circumstances_known",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="customer_not_merged_into_itself",
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
