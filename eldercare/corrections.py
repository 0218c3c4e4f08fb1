"""What we know of a customer is put right (PIPL art. 46): by the same rules as at registration.

Which fields changed is on record, and never what they said. Whoever began from an older reading
is told so and changes nothing.
"""

import hashlib
import json
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare import phones
from eldercare.geocoding import Place
from eldercare.locks import customers_locked
from eldercare.models import Customer, CustomerEvent
from eldercare.registration import Details, check, place_of, year_of
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking

FIELDS: Final = (
    *("name", "preferred_name", "birth_year", "birth_date", "phone", "address"),
    *("latitude", "longitude", "needs", "circumstances"),
    *("contact_by", "preferred_staff_id", "note"),
)


class ChangedMeanwhile(DomainError):
    """Somebody else has written since this page was read."""

    code = ErrorCode.STALE
    http_status = 409
    default_message = _(
        "A colleague has changed this customer in the meantime. Please look at the card again."
    )


def details_of(customer: Customer) -> Details:
    """What is on record, in the shape in which it is typed."""
    return Details(
        name=customer.name,
        phone=customer.phone,
        birth_date=customer.birth_date,
        birth_year=customer.birth_year,
        preferred_name=customer.preferred_name,
        address=customer.address,
        place=_place(customer),
        needs=list(customer.needs),
        circumstances=list(customer.circumstances),
        contact_by=customer.contact_by,
        preferred_staff=customer.preferred_staff,
        note=customer.note,
    )


def stamp_of(customer: Customer) -> str:
    """A mark that changes with any field; says nothing about what they hold."""
    text = json.dumps([getattr(customer, name) for name in FIELDS], default=str)
    return hashlib.sha256(f"{customer.public_id}{text}".encode()).hexdigest()[:32]


def correct_customer(*, customer: Customer, details: Details, seen: str, actor: User) -> Customer:
    """Write what is said now. ``seen`` is :func:`stamp_of` what the change began from.

    A new address without a place is looked for anew.

    Raises:
        NotAllowed: the role may not change customers.
        ChangedMeanwhile: somebody was quicker.
        InvalidInput: with every field that cannot be used, or merged and erased rows.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    with locking():
        row = customers_locked([customer.pk])[customer.pk]
        if row.merged_into_id is not None or row.erased_at is not None:
            raise InvalidInput(_("This customer has been merged or erased already."))
        if stamp_of(row) != seen:
            raise ChangedMeanwhile
        check(details, row.branch)
        before = {name: getattr(row, name) for name in FIELDS}
        _write(row, details)
        changed = [name for name in FIELDS if getattr(row, name) != before[name]]
        if changed:
            row.save()
            CustomerEvent.objects.create(
                customer=row, actor=actor, to_status="changed", snapshot={"fields": changed}
            )
    return row


def _write(row: Customer, details: Details) -> None:
    moved = details.address.strip() != row.address
    row.name, row.preferred_name = details.name.strip(), details.preferred_name.strip()
    row.birth_year, row.birth_date = year_of(details), details.birth_date
    if phones.normalise(details.phone) != row.phone:
        row.set_phone(details.phone)
    row.address = details.address.strip()
    place = details.place
    if details.area or (moved and place in (None, _place(row))):
        # A place that was right for the old address says nothing about the new one.
        place = place_of(details)
    row.latitude = place.latitude if place else None
    row.longitude = place.longitude if place else None
    row.needs = sorted(set(details.needs))
    row.circumstances = sorted(set(details.circumstances))
    row.contact_by, row.preferred_staff = details.contact_by, details.preferred_staff
    row.note = details.note.strip()


def _place(row: Customer) -> Place | None:
    if row.latitude is None or row.longitude is None:
        return None
    return Place(row.latitude, row.longitude)
