"""Stock: every change is a line of the ledger; the database keeps the sums, and never below zero.

What leaves the shelf leaves it by date: the batch that expires first goes first, then what has no
date. What has expired is neither handed out nor used; it can only be written off or counted.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches import timetable
from branches.locks import level_locked
from branches.models import Branch, StockBatch, StockItem, StockLevel, StockMovement
from branches.models.stock import MovementKind
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, MoveRefused

NEVER_NEGATIVE = frozenset(
    {"stock_never_negative", "stock_loose_never_negative", "batch_never_negative"}
)
CARE_KIT = "care-kit"
FIT_ONLY = frozenset({MovementKind.HANDED_OUT, MovementKind.USED, MovementKind.ASSEMBLED})
MOST = 1_000_000


class StockShort(DomainError):
    code = ErrorCode.STOCK_SHORT
    http_status = 409
    default_message = _("There is none left in this branch. Please ask the region for more.")


class CountOutdated(MoveRefused):
    """Something has moved since the difference was shown."""

    default_message = _("Something has moved since you counted. Please look at it once more.")


@dataclass(frozen=True)
class Shelf:
    """Whose stock, and of what."""

    branch: Branch
    item: StockItem


def move_stock(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    kind: MovementKind,
    quantity: int,
    actor: User | None,
    reason: str = "",
    batch: StockBatch | None = None,
) -> StockMovement:
    """Write one movement; ``quantity`` is negative when something leaves the shelf.

    Without a ``batch``, what leaves is taken from the batches in order of expiry: a movement for
    each, of which the first is returned and bears the ``key``. The same ``key`` again gives the
    movement that was written first, so a repeated tap moves nothing twice.

    Raises:
        StockShort: when the branch has not that many; nothing is written.
    """
    shelf = Shelf(branch, item)
    lines = [(batch, quantity)]
    with transaction.atomic():
        if quantity < 0:
            level = level_locked(branch, item)
            earlier = StockMovement.objects.filter(key=key).first()
            if earlier is not None:
                return earlier
            if batch is None:
                lines = _by_expiry(shelf, -quantity, fit_only=kind in FIT_ONLY)
            before = level.quantity if level else 0
        first, created = _write_all(key, shelf, kind, lines, actor, reason)
        if created and quantity < 0:
            timetable.went_down(first, before, before + quantity)
        elif created:
            timetable.went_up(first)
    return first


def hand_out_kit(*, key: str, branch: Branch, actor: User | None) -> StockMovement:
    """Give one care kit to a customer.

    Raises:
        StockShort: when the branch has none left, or nobody has registered kits at all.
    """
    kit = StockItem.objects.filter(code=CARE_KIT).first()
    if kit is None:
        raise StockShort
    return hand_out(key=key, branch=branch, item=kit, quantity=1, actor=actor)


def hand_out(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    quantity: int,
    actor: User | None,
    reason: str = "",
) -> StockMovement:
    """Give something to a customer.

    Raises:
        StockShort, InvalidInput.
    """
    _check_positive(quantity)
    return move_stock(
        key=key,
        branch=branch,
        item=item,
        kind=MovementKind.HANDED_OUT,
        quantity=-quantity,
        actor=actor,
        reason=reason,
    )


def take_back(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    quantity: int,
    actor: User,
    reason: str = "",
    batch: StockBatch | None = None,
) -> StockMovement:
    """Something that was handed out has come back unused: onto the shelf, into its batch.

    Raises:
        InvalidInput: its batch is not said although it expires, or has expired meanwhile.
    """
    _check_positive(quantity)
    if item.has_expiry and batch is None:
        raise InvalidInput(fields={"batch": _("Which batch is it? It is on the package.")})
    if batch is not None and batch.expires_on is not None and batch.expires_on < clock.today():
        raise InvalidInput(fields={"batch": _("This has expired already. Throw it away.")})
    return move_stock(
        key=key,
        branch=branch,
        item=item,
        kind=MovementKind.RETURNED,
        quantity=quantity,
        actor=actor,
        reason=reason,
        batch=batch,
    )


def use(
    *, key: str, branch: Branch, item: StockItem, quantity: int, actor: User, reason: str = ""
) -> StockMovement:
    """Something was used up: a bandage, a form.

    Raises:
        StockShort, InvalidInput.
    """
    _check_positive(quantity)
    return move_stock(
        key=key,
        branch=branch,
        item=item,
        kind=MovementKind.USED,
        quantity=-quantity,
        actor=actor,
        reason=reason,
    )


def receive(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    quantity: int,
    actor: User | None,
    batch_number: str = "",
    expires_on: date | None = None,
    reason: str = "",
) -> StockMovement:
    """Something has come: into its batch when it has a number or a date.

    Raises:
        InvalidInput: nothing came, its date is missing or past, or the batch has another date.
    """
    _check_positive(quantity)
    if item.has_expiry and expires_on is None:
        raise InvalidInput(fields={"expires_on": _("When does it expire? It is on the package.")})
    if expires_on is not None and expires_on < clock.today():
        raise InvalidInput(fields={"expires_on": _("This has expired already. Send it back.")})
    with transaction.atomic():
        batch = None
        if batch_number.strip() or expires_on is not None:
            number = batch_number.strip()[:60] or f"{expires_on:%Y-%m-%d}"
            batch = batch_of(Shelf(branch, item), number, expires_on)
        return move_stock(
            key=key,
            branch=branch,
            item=item,
            kind=MovementKind.RECEIVED,
            quantity=quantity,
            actor=actor,
            reason=reason,
            batch=batch,
        )


def write_off(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    quantity: int,
    actor: User,
    reason: str,
    batch: StockBatch | None = None,
) -> StockMovement:
    """Throw something away, and say why. Without a batch, the oldest goes first.

    Raises:
        StockShort, InvalidInput.
    """
    _check_positive(quantity)
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    return move_stock(
        key=key,
        branch=branch,
        item=item,
        kind=MovementKind.WRITTEN_OFF,
        quantity=-quantity,
        actor=actor,
        reason=reason.strip()[:200],
        batch=batch,
    )


def count(
    *,
    key: str,
    branch: Branch,
    item: StockItem,
    found: int,
    actor: User,
    batch: StockBatch | None = None,
    expected: int | None = None,
) -> StockMovement | None:
    """Somebody has counted ``found`` of a batch, or of what has no batch; the ledger follows.

    None when the ledger was right. The same ``key`` again changes nothing. ``expected`` is what the
    ledger said when the difference was shown.

    Raises:
        InvalidInput: for a number below nothing.
        CountOutdated: the ledger says something else by now; nothing is written.
    """
    if not 0 <= found <= MOST:
        raise InvalidInput(fields={"found": _("There cannot be fewer than none.")})
    shelf = Shelf(branch, item)
    with transaction.atomic():
        level = level_locked(branch, item)
        earlier = StockMovement.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
        known = _known(level, batch)
        if expected is not None and known != expected:
            raise CountOutdated(data={"item": item.code})
        if found == known:
            return None
        lines = [(batch, found - known)]
        first, _created = _write_all(key, shelf, MovementKind.COUNTED, lines, actor, "")
        before = level.quantity if level else 0
        if found < known:
            timetable.went_down(first, before, before + found - known)
        else:
            timetable.went_up(first)
    return first


def _known(level: StockLevel | None, batch: StockBatch | None) -> int:
    """What the ledger says of a batch, or of what has none; the level is locked."""
    if batch is not None:
        return StockBatch.objects.get(pk=batch.pk).quantity
    return level.loose if level else 0


def batch_of(shelf: Shelf, number: str, expires_on: date | None) -> StockBatch:
    """The batch with this number, made when it is missing, with its due steps.

    Raises:
        InvalidInput: it is known with another date.
    """
    batch, created = StockBatch.objects.get_or_create(
        branch=shelf.branch, item=shelf.item, number=number, defaults={"expires_on": expires_on}
    )
    if not created and batch.expires_on != expires_on:
        raise InvalidInput(
            fields={"expires_on": _("This batch is known with another date of expiry.")}
        )
    if created:
        timetable.lay_out_batch(batch)
    return batch


def _by_expiry(
    shelf: Shelf, quantity: int, *, fit_only: bool
) -> list[tuple[StockBatch | None, int]]:
    """From which batches so many are taken, the first to expire first; the level is locked.

    What no batch can give is taken from what has none, and the database refuses if that is short.
    """
    batches = StockBatch.objects.on_the_shelf().filter(branch=shelf.branch, item=shelf.item)
    if fit_only:
        batches = batches.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=clock.today()))
    lines: list[tuple[StockBatch | None, int]] = []
    for batch in batches.order_by(F("expires_on").asc(nulls_last=True), "pk"):
        taken = min(batch.quantity, quantity)
        lines.append((batch, -taken))
        quantity -= taken
        if not quantity:
            return lines
    return [*lines, (None, -quantity)]


def _write_all(
    key: str,
    shelf: Shelf,
    kind: MovementKind,
    lines: list[tuple[StockBatch | None, int]],
    actor: User | None,
    reason: str,
) -> tuple[StockMovement, bool]:
    """The lines of one movement, all or none; the first, and whether it is new."""
    written = []
    try:
        with transaction.atomic():
            for number, (batch, quantity) in enumerate(lines, start=1):
                row, created = StockMovement.objects.get_or_create(
                    key=key if number == 1 else f"{key}#{number}",
                    defaults={
                        "branch": shelf.branch,
                        "item": shelf.item,
                        "batch": batch,
                        "kind": kind,
                        "quantity": quantity,
                        "actor": actor,
                        "reason": reason,
                    },
                )
                written.append((row, created))
    except IntegrityError as error:
        if _broken_rule(error) not in NEVER_NEGATIVE:
            raise
        raise StockShort(data={"item": shelf.item.code}) from error
    return written[0]


def _check_positive(quantity: int) -> None:
    if not 1 <= quantity <= MOST:
        raise InvalidInput(fields={"quantity": _("At least one, please.")})


def _broken_rule(error: IntegrityError) -> str:
    """The name of the constraint that refused, as the database tells it."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
