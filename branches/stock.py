"""Care-kit stock: every change is one line of the ledger; the database keeps the sum."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.models import Branch, StockItem, StockMovement
from branches.models.stock import MovementKind
from foundation.errors import DomainError, ErrorCode

NEVER_NEGATIVE = "stock_never_negative"
CARE_KIT = "care-kit"


class StockShort(DomainError):
    code = ErrorCode.STOCK_SHORT
    http_status = 409
    default_message = _("There is none left in this branch. Please ask the region for more.")


def move_stock(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    kind: MovementKind,
    quantity: int,
    actor: User | None,
    reason: str = "",
) -> StockMovement:
    """Write one movement; ``quantity`` is negative when something leaves the shelf.

    The same ``key`` again gives the movement that was written first, so a repeated tap moves
    nothing twice.

    Raises:
        StockShort: when the branch has not that many; nothing is written.
    """
    try:
        with transaction.atomic():
            movement, _created = StockMovement.objects.get_or_create(
                key=key,
                defaults={
                    "branch": branch,
                    "item": item,
                    "kind": kind,
                    "quantity": quantity,
                    "actor": actor,
                    "reason": reason,
                },
            )
    except IntegrityError as error:
        if _broken_rule(error) != NEVER_NEGATIVE:
            raise
        raise StockShort from error
    return movement


def hand_out_kit(*, key: str, branch: Branch, actor: User | None) -> StockMovement:
    """Give one care kit to a customer.

    Raises:
        StockShort: when the branch has none left, or nobody has registered kits at all.
    """
    kit = StockItem.objects.filter(code=CARE_KIT).first()
    if kit is None:
        raise StockShort
    return move_stock(
        key=key,
        branch=branch,
        item=kit,
        kind=MovementKind.HANDED_OUT,
        quantity=-1,
        actor=actor,
    )


def _broken_rule(error: IntegrityError) -> str:
    """The name of the constraint that refused, as the database tells it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
