"""Who asks for something: the customer, family with a standing consent, or staff for them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models.home_visit import AskedBy
from appointments.visits import Actor
from eldercare.models import Consent, Customer, Representative, ServiceVersion
from foundation.errors import DomainError, ErrorCode


class ConsentMissing(DomainError):
    code = ErrorCode.CONSENT_MISSING
    http_status = 403
    default_message = _(
        "We have no consent on record that lets you act for this person. Please phone us."
    )


@dataclass(frozen=True)
class Asker:
    """Who asks: the customer, a representative with standing consent, or staff on their behalf."""

    kind: AskedBy
    representative: Representative | None = None
    user: User | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.kind.value, self.user)


def check_consent(asker: Asker, customer: Customer, version: ServiceVersion | None = None) -> None:
    """Refuse family without a consent that stands today, and covers this business if one is named.

    Raises:
        ConsentMissing: there is none for this customer.
    """
    if asker.kind != AskedBy.FAMILY:
        return
    standing = Consent.objects.standing().filter(
        representative=asker.representative, representative__customer=customer
    )
    if version is not None:
        standing = standing.covering(version.service)
    if asker.representative is None or not standing.exists():
        raise ConsentMissing
