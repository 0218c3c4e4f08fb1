"""How somebody wants to hear from us, and whose phone that is (the wish is the customer's own).

A wish that cannot be met is not met halfway: without a consent that stands today nothing goes to
the family, and a text that no line can carry is put before a person, who phones.
"""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from eldercare import phones
from eldercare.consents import may_act, who_may_act_for
from eldercare.models import Customer, Representative
from eldercare.models.customer import ContactChannel

SMS: Final = ContactChannel.SMS.value
# No machine reads a message out to an old person: a colleague phones.
CALL: Final = "person"
WECOM: Final = ContactChannel.WECOM.value


@dataclass(frozen=True)
class Way:
    """The line that a text takes (a name in ``NUANBAN_CHANNELS``) and the phone at its end.

    ``family`` is whose phone it is when it is not the customer's own: the text then names the
    customer it is about.
    """

    channel: str
    phone: str
    family: Representative | None = None


def way_to(customer: Customer, asked_by: Representative | None = None) -> Way:
    """Where a text about this customer goes now.

    To the family member who asked, as long as their consent stands; else as the customer wishes.
    """
    if asked_by is not None and may_act(asked_by):
        return _way(asked_by.phone, SMS, asked_by)
    if customer.contact_by == ContactChannel.FAMILY:
        family = who_may_act_for(customer).order_by("pk").first()
        if family is not None:
            return _way(family.phone, SMS, family)
        return _way(customer.phone, SMS)
    return _way(customer.phone, customer.contact_by)


def _way(phone: str, wish: str, family: Representative | None = None) -> Way:
    """The line that was wished for, unless it does not exist here or cannot reach this phone."""
    if wish == ContactChannel.PHONE:
        wish = CALL
    if wish == WECOM and not settings.NUANBAN_CHANNELS.get(WECOM):
        wish = SMS
    if wish != CALL and not phones.is_mobile(phone):
        wish = CALL
    return Way(wish, phone, family)
