"""What lies on a branch's shelf, for a page: each item with its batches, level and what is due."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from accounts.permissions import Actor, Permission
from branches.models import (
    Branch,
    KitComponent,
    ReorderLevel,
    StockBatch,
    StockItem,
    StockLevel,
    StockMovement,
)
from foundation import clock

SOON_DAYS = 30


@dataclass(frozen=True)
class Batch:
    """One batch with the word for its date: ``expired``, ``soon`` or nothing to say."""

    row: StockBatch
    today: date

    @property
    def days_left(self) -> int | None:
        return None if self.row.expires_on is None else (self.row.expires_on - self.today).days

    @property
    def expired(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON_DAYS


@dataclass(frozen=True)
class Line:
    """One item on the shelf. ``loose`` is what has no batch; ``fit`` what may be handed out."""

    item: StockItem
    quantity: int
    loose: int
    batches: Sequence[Batch]
    reorder_at: int | None
    is_kit: bool

    @property
    def expired(self) -> int:
        return sum(batch.row.quantity for batch in self.batches if batch.expired)

    @property
    def fit(self) -> int:
        return self.quantity - self.expired

    @property
    def is_low(self) -> bool:
        return self.reorder_at is not None and self.fit <= self.reorder_at

    @property
    def next_expiry(self) -> Batch | None:
        """The batch that expires first, an expired one included."""
        return next((batch for batch in self.batches if batch.row.expires_on), None)


def shelf_of(user: Actor, branch: Branch) -> list[Line]:
    """Every item that the region knows, as this branch has it: five queries however many.

    What has expired, runs low or expires soon comes first.
    """
    batches: dict[int, list[Batch]] = defaultdict(list)
    today = clock.today()
    for row in _batches(user, branch):
        batches[row.item_id].append(Batch(row, today))
    held = StockLevel.objects.for_user(user, Permission.VIEW_STOCK).filter(branch=branch)
    levels = {row.item_id: row for row in held}
    rules = dict(ReorderLevel.objects.filter(branch=branch).values_list("item", "level"))
    kits = set(KitComponent.objects.values_list("kit", flat=True).distinct())
    lines = [
        Line(
            item,
            levels[item.pk].quantity if item.pk in levels else 0,
            levels[item.pk].loose if item.pk in levels else 0,
            batches[item.pk],
            rules.get(item.pk),
            item.pk in kits,
        )
        for item in StockItem.objects.all()
    ]
    return sorted(lines, key=_urgency)


def line_of(user: Actor, branch: Branch, item: StockItem) -> Line:
    """One item of the shelf."""
    return next(line for line in shelf_of(user, branch) if line.item.pk == item.pk)


def ledger(user: Actor, branch: Branch) -> QuerySet[StockMovement]:
    """A branch's movements, the newest first, with what a line shows."""
    return (
        StockMovement.objects.for_user(user, Permission.VIEW_STOCK)
        .filter(branch=branch)
        .select_related("item", "batch", "actor")
    )


def _batches(user: Actor, branch: Branch) -> QuerySet[StockBatch]:
    return (
        StockBatch.objects.for_user(user, Permission.VIEW_STOCK)
        .on_the_shelf()
        .filter(Q(branch=branch))
        .order_by(F("expires_on").asc(nulls_last=True), "pk")
    )


def _urgency(line: Line) -> tuple[bool, bool, bool, bool, str]:
    soon = any(batch.soon for batch in line.batches)
    return (
        not line.expired,
        not line.is_low,
        not soon,
        not line.quantity,
        line.item.code,
    )
