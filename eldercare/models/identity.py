from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.models import Event


class Document(models.TextChoices):
    """What was shown; 个人存款账户实名制规定 art. 5."""

    IDENTITY_CARD = "identity_card", _("identity card")
    HOUSEHOLD_REGISTER = "household_register", _("household register")
    PASSPORT = "passport", _("passport")
    OTHER = "other", _("another document")


class CheckedHow(models.TextChoices):
    SEEN = "seen", _("document seen in person")
    MACHINE = "machine", _("document read by a machine")
    KNOWN = "known", _("compared with the bank's own records")


class IdentityCheckQuerySet(ScopedQuerySet["IdentityCheck"]):
    branch_path = "customer__branch"


class IdentityCheck(models.Model):
    """That an identity was checked: how, by whom, when. Append-only.

    Never the number itself: the last four characters tell two people apart, and a fifth is refused
    by the database (PIPL art. 6 and 28; 反洗钱法 art. 31 asks for the check, not for our copy).
    """

    customer = models.ForeignKey(
        "eldercare.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="identity_checks",
    )
    document = models.CharField(_("document"), max_length=20, choices=Document)
    how = models.CharField(_("how"), max_length=20, choices=CheckedHow)
    last4 = models.CharField(_("last four characters"), max_length=4)
    checked_by = models.ForeignKey(
        "accounts.User", verbose_name=_("who"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"), default=clock.now)

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("identity check")
        verbose_name_plural = _("identity checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(document__in=Document.values), name="identity_document_known"
            ),
            models.CheckConstraint(condition=Q(how__in=CheckedHow.values), name="identity_how"),
            models.CheckConstraint(
                condition=Q(last4__regex=r"^[0-9A-Z]{4}$"), name="identity_only_last_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_document_display()} …{self.last4}"


class CustomerEvent(Event):
    """What became of a customer's row: registered, merged, exported, erased. No personal data."""

    customer = models.ForeignKey(
        "eldercare.Customer", on_delete=models.PROTECT, related_name="events"
    )
