"""Erasure on request (PIPL art. 47) that leaves the ledger true.

What tells of the person goes, in every room; that something was done, when, under which service and
by whom of us stays. Where the law makes us keep a record it is kept, and the answer says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from eldercare import held
from eldercare.locks import customers_locked
from eldercare.merging import history_of, survivor_of
from eldercare.models import Customer, CustomerEvent
from foundation.errors import DomainError, ErrorCode, InvalidInput
from foundation.locks import locking


class StillPromised(DomainError):
    """Something is still to happen, or a message still on its way."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _(
        "Something is still promised to this customer. Please cancel it or wait until it is over."
    )


@dataclass(frozen=True)
class ErasureReport:
    """How many rows of each part were emptied, and what is kept by law with its reason."""

    erased: dict[str, int]
    kept: dict[str, str]


def erase(*, customer: Customer, why: str, actor: User) -> ErasureReport:
    """Erase what is held on somebody, those merged into them included.

    Messages go before the phone by which they are found, so the parts are emptied last first.

    Raises:
        NotAllowed: the role may not change customers.
        InvalidInput: nobody says why, or it has been done already.
        StillPromised: with the subjects in its data; nothing is changed.
    """
    require(actor, Permission.CHANGE_CUSTOMER)
    if not why.strip():
        raise InvalidInput(fields={"why": _("Please say who asked for it, and how.")})
    with locking():
        family = history_of(survivor_of(customer))
        rows = list(customers_locked([row.pk for row in family]).values())
        if all(row.erased_at is not None for row in rows):
            raise InvalidInput(_("This has been erased already."))
        pending = [s for part in held.parts() if part.pending for s in part.pending(rows)]
        if pending:
            raise StillPromised(data={"subjects": sorted(pending)})
        with lawful_erasure():
            erased = {p.name: p.erase(rows) for p in reversed(held.parts()) if p.erase}
        for row in rows:
            CustomerEvent.objects.create(
                customer=row, actor=actor, to_status="erased", reason=why.strip()[:300]
            )
    kept = {part.name: part.kept_because for part in held.parts() if part.kept_because}
    return ErasureReport(erased={name: n for name, n in erased.items() if n}, kept=kept)


@contextmanager
def lawful_erasure() -> Iterator[None]:
    """Open the guarded tables for this transaction and these lines only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('nuanban.erasure', 'on', true)")
        yield
        cursor.execute("SELECT set_config('nuanban.erasure', 'off', true)")
