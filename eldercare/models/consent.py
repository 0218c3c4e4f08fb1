import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from eldercare import phones
from eldercare.models.service import Service
from foundation import clock
from foundation.encryption import EncryptedTextField, blind_index
from foundation.models import Event


class Relation(models.TextChoices):
    CHILD = "child", _("child")
    SPOUSE = "spouse", _("husband or wife")
    RELATIVE = "relative", _("other relative")
    CARER = "carer", _("carer")
    NURSING_HOME = "nursing_home", _("carer of the nursing home")
    CALL_CENTRE = "call_centre", _("agent of our call centre")
    OTHER = "other", _("other")


class RepresentativeQuerySet(ScopedQuerySet["Representative"]):
    branch_path = "customer__branch"

    def with_phone(self, phone: str) -> "RepresentativeQuerySet":
        return self.filter(phone_index=blind_index(phones.normalise(phone)))


class Representative(models.Model):
    """Somebody who may ask on a customer's behalf (代办人), as long as a consent stands."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        "eldercare.Customer", on_delete=models.CASCADE, related_name="representatives"
    )
    name = models.CharField(_("name"), max_length=60)
    relation = models.CharField(_("relation"), max_length=20, choices=Relation)
    phone = EncryptedTextField(_("phone"))
    phone_index = models.CharField(max_length=64, db_index=True, editable=False)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        ordering = ["customer", "pk"]
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        constraints = [
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="representative_relation_known"
            ),
            models.UniqueConstraint(
                fields=["customer", "phone_index"], name="representative_once_per_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def set_phone(self, text: str) -> None:
        """Take a number as a person wrote it and keep it sealed and findable."""
        self.phone = phones.normalise(text)
        self.phone_index = blind_index(self.phone)


class ConsentGiven(models.TextChoices):
    IN_PERSON = "in_person", _("in person at the branch")
    RECORDED_CALL = "recorded_call", _("on a recorded call")
    PAPER = "paper", _("on paper, with a photo")


class ConsentQuerySet(ScopedQuerySet["Consent"]):
    branch_path = "representative__customer__branch"

    def standing(self) -> "ConsentQuerySet":
        """Those that hold today: begun, not over, not withdrawn."""
        today = clock.today()
        return self.filter(withdrawn_at__isnull=True, starts__lte=today, ends__gte=today)

    def covering(self, service: Service) -> "ConsentQuerySet":
        """Those whose scope holds this service."""
        return self.filter(Q(all_services=True) | Q(services=service)).distinct()


class Consent(models.Model):
    """A customer's authorisation (授权): agent, matter and scope, period, and how it was given.

    The five things of Civil Code art. 165; the signature is how and to whom it was given, with the
    number under which the recording or the signed paper is kept.
    """

    representative = models.ForeignKey(
        Representative, on_delete=models.CASCADE, related_name="consents"
    )
    matter = models.CharField(_("for what"), max_length=200)
    # Said aloud, so that taking the last service away never turns "none" into "all".
    all_services = models.BooleanField(_("for every service"), default=True)
    services = models.ManyToManyField(
        Service, verbose_name=_("for these services"), blank=True, related_name="+"
    )
    given = models.CharField(_("how it was given"), max_length=20, choices=ConsentGiven)
    evidence = models.CharField(_("number of the evidence"), max_length=100, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    given_at = models.DateTimeField(_("given"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(given__in=ConsentGiven.values), name="consent_given_known"
            ),
            models.CheckConstraint(
                condition=Q(starts__lte=F("ends")), name="consent_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(given=ConsentGiven.IN_PERSON) | ~Q(evidence=""),
                name="consent_has_evidence",
            ),
            models.CheckConstraint(condition=~Q(matter=""), name="consent_names_its_matter"),
        ]

    def __str__(self) -> str:
        return self.matter


class ConsentPaper(models.Model):
    """The photo of a signed authorisation: a JPEG, sealed as a phone is, for it shows a signature.

    Apart from its consent, so that nobody reads it who only asks whether a consent stands.
    """

    consent = models.OneToOneField(Consent, on_delete=models.CASCADE, related_name="paper")
    # In base 64: what is sealed is text.
    picture = EncryptedTextField(_("photo"))

    class Meta:
        verbose_name = _("signed paper")
        verbose_name_plural = _("signed papers")

    def __str__(self) -> str:
        return str(self.consent)


class ConsentEvent(Event):
    """Given, or withdrawn: who took it down and when."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="events")
