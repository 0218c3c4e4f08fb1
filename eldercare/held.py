"""Everything that is held on a customer, in one place to read and in one place to erase.

PIPL art. 45 gives a copy to whoever asks for it, art. 47 erasure. Each room names its own part with
:func:`register_part` when its app is ready, because a lower room cannot see a higher one's rows.
Rows that were merged into the customer's count as theirs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare.merging import history_of
from eldercare.models import Customer, CustomerEvent
from foundation import clock
from foundation.errors import InvalidInput
from foundation.locks import locking

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """What one room holds on somebody; each function is given all rows of this one person.

    ``read`` gives it in the clear. ``erase`` takes out what tells of the person and leaves what the
    ledger needs, inside the caller's transaction; it returns how many rows it touched, and is None
    for what the law makes us keep, which ``kept_because`` then says. ``pending`` names what has to
    be over first.
    """

    name: str
    read: Callable[[Sequence[Customer]], Rows]
    erase: Callable[[Sequence[Customer]], int] | None = None
    pending: Callable[[Sequence[Customer]], list[str]] | None = None
    kept_because: str = ""


_parts: Final[dict[str, Part]] = {}


def register_part(part: Part) -> None:
    """Say what else is held on a customer; called when an app is ready.

    Raises:
        ValueError: when the name is another part's, or nothing says why it is kept.
    """
    if _parts.get(part.name, part) != part:
        raise ValueError(f"two parts are called {part.name}")
    if part.erase is None and not part.kept_because:
        raise ValueError(f"{part.name} is neither erased nor kept for a reason")
    _parts[part.name] = part


def parts() -> list[Part]:
    """All parts, the lower rooms' first."""
    return list(_parts.values())


def export(
    *, customer: Customer, why: str, actor: User | None = None, asked_by: str = "staff"
) -> dict[str, Any]:
    """A copy of everything held on somebody, in the clear and ready for JSON; it is on record.

    Staff need the right to see details in full; without ``actor`` the customer asks alone.

    Raises:
        NotAllowed: the role may not see details in full.
        InvalidInput: nobody says why.
    """
    if actor is not None:
        require(actor, Permission.REVEAL_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say what it is needed for.")})
    with locking():
        CustomerEvent.objects.create(
            customer=customer,
            actor=actor,
            actor_kind=asked_by,
            to_status="exported",
            reason=why.strip()[:300],
        )
        rows = history_of(customer)
        held = {part.name: part.read(rows) for part in parts()}
    return {"made_at": clock.now().isoformat(), "customer": str(customer.public_id), "held": held}


def plainly(rows: Iterable[models.Model], *, leave_out: Iterable[str] = ()) -> Rows:
    """Rows as they are, field by field, without keys and indexes: what is new comes in by itself.

    ``leave_out`` is for what is no knowledge about the person: codes, hashes.
    """
    return [_plain_row(row, frozenset(leave_out)) for row in rows]


def _plain_row(row: models.Model, leave_out: frozenset[str]) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(row, field.name))
        for field in row._meta.concrete_fields
        if not field.primary_key
        and not field.name.endswith(("_index", "_key", "_last4"))
        and field.name not in leave_out
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, models.Model | UUID):
        return str(value)
    if isinstance(value, list | dict | str | int | float | None):
        return value
    return str(value)
