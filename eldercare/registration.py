"""A customer in one call, in the half minute that somebody stands at the desk.

Every field that cannot be used is named at once, so that nobody is asked twice.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission, require
from branches.models import Branch, Staff
from eldercare import phones
from eldercare.geocoding import Place, geocoder
from eldercare.models import Customer, CustomerEvent, IdentityCheck, Need
from eldercare.models.customer import Circumstance, ContactChannel
from eldercare.models.identity import CheckedHow, Document
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import Guarded, locking, one_at_a_time

OLDEST: Final = 122  # years and 164 days: the longest life on record (Jeanne Calment, 1997)
NOTE_LENGTH: Final = 120
# Eight digits in a row are a piece of an identity or card number; neither is kept here.
_LONG_NUMBER = re.compile(r"\d[\d\s-]{6,}\d")
_LAST4 = re.compile(r"[0-9A-Z]{4}")


@dataclass(frozen=True)
class Identity:
    """That a document was checked, and the last four characters of its number."""

    document: Document
    how: CheckedHow
    last4: str


@dataclass(frozen=True)
class Details:
    """What is said at the desk. Only name, birth and phone are needed."""

    name: str
    phone: str
    birth_date: date | None = None
    birth_year: int | None = None
    preferred_name: str = ""
    address: str = ""
    place: Place | None = None
    area: str = ""
    needs: list[str] = field(default_factory=list)
    circumstances: list[str] = field(default_factory=list)
    contact_by: str = ContactChannel.SMS
    preferred_staff: Staff | None = None
    note: str = ""
    identity: Identity | None = None


class AlreadyRegistered(DomainError):
    """The same name with the same phone is on record in this branch; ``customer`` is that row."""

    code = ErrorCode.ALREADY_REGISTERED
    http_status = 409
    default_message = gettext_lazy("This customer is registered already.")

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        super().__init__(data={"customer": str(customer.public_id)})


def register_customer(*, branch: Branch, details: Details, actor: User) -> Customer:
    """Take somebody in; the place is the one given, or what the geocoder makes of area or address.

    Raises:
        NotAllowed: the role may not register.
        InvalidInput: with every field that cannot be used.
        AlreadyRegistered: the branch knows this name with this phone, perhaps since a moment ago.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    check(details, branch)
    place = details.place or place_of(details)
    customer = Customer(
        branch=branch,
        name=details.name.strip(),
        preferred_name=details.preferred_name.strip(),
        birth_year=year_of(details),
        birth_date=details.birth_date,
        address=details.address.strip(),
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        needs=sorted(set(details.needs)),
        circumstances=sorted(set(details.circumstances)),
        contact_by=details.contact_by,
        preferred_staff=details.preferred_staff,
        note=details.note.strip(),
    )
    customer.set_phone(details.phone)
    with locking():
        # There is no row to lock yet: two desks that type the same person take turns by the phone.
        one_at_a_time(Guarded.REGISTRATION, f"{branch.pk}:{customer.phone_index}")
        known = _known_by(branch, customer)
        if known is not None:
            raise AlreadyRegistered(known)
        customer.save()
        CustomerEvent.objects.create(customer=customer, actor=actor, to_status="registered")
        if details.identity is not None:
            _keep_identity(customer, details.identity, actor)
    return customer


def record_identity(*, customer: Customer, identity: Identity, actor: User) -> IdentityCheck:
    """Note that an identity was checked.

    Raises:
        NotAllowed: the role may not change customers.
        InvalidInput: more or less than four characters.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    _raise_if(_identity_faults(identity))
    return _keep_identity(customer, identity, actor)


def check(details: Details, branch: Branch) -> None:
    """Refuse what cannot be used, all of it at once.

    Raises:
        InvalidInput: each field at fault with its sentence.
    """
    faults = _birth_faults(details) | _choice_faults(details, branch) | _text_faults(details)
    try:
        phones.normalise(details.phone)
    except InvalidInput as error:
        faults |= {name: str(words) for name, words in error.fields.items()}
    if details.identity is not None:
        faults |= _identity_faults(details.identity)
    _raise_if(faults)


def _known_by(branch: Branch, customer: Customer) -> Customer | None:
    same = Customer.objects.current().filter(branch=branch, phone_index=customer.phone_index)
    return same.filter(name=customer.name, erased_at__isnull=True).order_by("pk").first()


def _birth_faults(details: Details) -> dict[str, str]:
    today = clock.today()
    born, year = details.birth_date, details.birth_year
    if born is None and year is None:
        return {"birth_date": _("Please give the date or at least the year of birth.")}
    if born is not None and year is not None and born.year != year:
        return {"birth_date": _("Date and year of birth do not agree.")}
    if born is not None and born > today:
        return {"birth_date": _("This date of birth has not come yet.")}
    if not today.year - OLDEST <= year_of(details) <= today.year:
        return {"birth_date": _("Nobody can be that old or that young. Please check the date.")}
    return {}


def year_of(details: Details) -> int:
    """The year of birth, or 0 when nobody has said it."""
    return details.birth_date.year if details.birth_date else details.birth_year or 0


def _choice_faults(details: Details, branch: Branch) -> dict[str, str]:
    faults = {}
    if not set(details.needs) <= set(Need.values):
        faults["needs"] = _("Please choose from the list.")
    if not set(details.circumstances) <= set(Circumstance.values):
        faults["circumstances"] = _("Please choose from the list.")
    if details.contact_by not in ContactChannel.values:
        faults["contact_by"] = _("Please choose from the list.")
    elif details.contact_by == ContactChannel.SMS and _is_landline(details.phone):
        faults["contact_by"] = _("A landline takes no text messages. Please choose a call.")
    staff = details.preferred_staff
    if staff is not None and staff.branch.region_id != branch.region_id:
        faults["preferred_staff"] = _("This colleague works in another region.")
    return faults


def _is_landline(phone: str) -> bool:
    """Whether it can be used, but not for text messages."""
    try:
        return not phones.is_mobile(phones.normalise(phone))
    except InvalidInput:
        return False


def _text_faults(details: Details) -> dict[str, str]:
    faults = {}
    if not details.name.strip() or len(details.name.strip()) > 60:
        faults["name"] = _("Please give a name of up to 60 characters.")
    if len(details.preferred_name.strip()) > 60:
        faults["preferred_name"] = _("Please give a name of up to 60 characters.")
    if len(details.note) > NOTE_LENGTH:
        faults["note"] = _("Please keep the note short.")
    elif _LONG_NUMBER.search(details.note):
        faults["note"] = _("Please write no identity, card or phone number into the note.")
    place = details.place
    if place and not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
        faults["place"] = _("This place is not on the map.")
    return faults


def _identity_faults(identity: Identity) -> dict[str, str]:
    if _LAST4.fullmatch(identity.last4.strip().upper()):
        return {}
    return {"last4": _("Please give the last four characters, and no more than those.")}


def _raise_if(faults: dict[str, str]) -> None:
    if faults:
        raise InvalidInput(fields=faults)


def place_of(details: Details) -> Place | None:
    """What the geocoder makes of the area that was tapped, or else of the address."""
    for text in (details.area, details.address):
        found = geocoder().find(text) if text else None
        if found is not None:
            return found
    return None


def _keep_identity(customer: Customer, identity: Identity, actor: User) -> IdentityCheck:
    return IdentityCheck.objects.create(
        customer=customer,
        document=identity.document,
        how=identity.how,
        last4=identity.last4.strip().upper(),
        checked_by=actor,
    )
