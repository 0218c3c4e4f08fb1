"""Reading a sealed detail in full: never without a reason, never without a record (DESIGN §4.6)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.models import Customer, Reveal
from eldercare.models.reveal import Revealed
from foundation.errors import InvalidInput


def reveal_phone(*, customer: Customer, why: str, actor: User) -> str:
    """The customer's number in full; the reading is on record before anybody sees it.

    Raises:
        NotAllowed: the role may not see details in full.
        InvalidInput: no reason.
    """
    record(customer, Revealed.PHONE, why, actor)
    return customer.phone


def reveal_address(*, customer: Customer, why: str, actor: User) -> str:
    """The customer's address in full, on record likewise.

    Raises:
        NotAllowed: the role may not see details in full.
        InvalidInput: no reason.
    """
    record(customer, Revealed.ADDRESS, why, actor)
    return customer.address


def record(customer: Customer, what: Revealed, why: str, actor: User) -> None:
    """Put a reading on record before it happens.

    Raises:
        NotAllowed: the role may not see details in full.
        InvalidInput: no reason.
    """
    require(actor, Permission.REVEAL_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say why.")})
    Reveal.objects.create(customer=customer, what=what, why=why.strip()[:200], actor=actor)
