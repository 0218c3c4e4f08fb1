"""Whom we may know already: the same phone, or a name of the same characters or the same sound.

Nothing is decided here. A husband and a wife share a phone, and 王秀英 is a common name: a person
looks at both rows and merges them or does not (``merging.merge_customers``).
"""

from dataclasses import dataclass
from enum import Enum

from accounts.permissions import Actor, Permission
from eldercare import phones
from eldercare.models import Customer
from eldercare.models.customer import CustomerQuerySet
from foundation.encryption import blind_index


class Because(Enum):
    """Why two rows may be one person; the first outweighs the next."""

    PHONE_AND_NAME = "phone_and_name"
    PHONE = "phone"
    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"


@dataclass(frozen=True)
class Candidate:
    """Somebody on record who may be the person at the desk."""

    customer: Customer
    because: Because


def candidates(
    user: Actor, *, name: str = "", phone: str = "", besides: Customer | None = None
) -> list[Candidate]:
    """Whom this may be, the likeliest first; two indexed queries.

    Names that only sound alike count when the years of birth do not speak against it.

    Raises:
        InvalidInput: the phone is none.
    """
    known = Customer.objects.for_user(user, Permission.VIEW_CUSTOMER).select_related("branch")
    if besides is not None:
        known = known.exclude(pk=besides.pk)
    rows = {row.pk: row for row in _found(known, name.strip(), phone)}
    # Compared here, as the sealed number is not to be opened for it.
    index = _index(phone)
    found = [
        Candidate(row, _why(row, name.strip(), index))
        for row in rows.values()
        if besides is None or _may_be_one(row, besides, index)
    ]
    order = list(Because)
    return sorted(found, key=lambda one: (order.index(one.because), one.customer.pk))


def candidates_for(user: Actor, customer: Customer) -> list[Candidate]:
    """Who else in scope may be this very customer."""
    return candidates(user, name=customer.name, phone=customer.phone, besides=customer)


def search(user: Actor, text: str) -> CustomerQuerySet:
    """Customers in scope by a whole phone, its last four digits, or a name in characters or pinyin.

    Each way is one indexed lookup; nothing is found by a part of a sealed number.
    """
    known = Customer.objects.for_user(user, Permission.VIEW_CUSTOMER).select_related("branch")
    plain = text.strip()
    digits = "".join(c for c in plain if c.isdigit())
    if len(digits) == 4 and plain.isdigit():
        return known.current().filter(phone_last4=digits)
    if len(digits) >= 10:
        return known.with_phone(plain)
    return known.sounding_like(plain) if any(c.isalpha() for c in plain) else known.none()


def _found(known: CustomerQuerySet, name: str, phone: str) -> list[Customer]:
    by_phone = list(known.with_phone(phone)) if phone.strip() else []
    by_name = list(known.sounding_like(name)) if name else []
    return by_phone + by_name


def _index(phone: str) -> str:
    return blind_index(phones.normalise(phone)) if phone.strip() else ""


def _why(row: Customer, name: str, index: str) -> Because:
    same_name = bool(name) and row.name == name
    if index and row.phone_index == index:
        return Because.PHONE_AND_NAME if same_name else Because.PHONE
    return Because.SAME_NAME if same_name else Because.SAME_SOUND


def _may_be_one(row: Customer, other: Customer, index: str) -> bool:
    """A namesake of another year is another person; with the same phone, look anyway."""
    return row.phone_index == index or row.birth_year == other.birth_year
