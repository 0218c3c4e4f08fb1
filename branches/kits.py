"""Kits: what belongs into them, putting them together, and what a first-aid box still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.models import Branch, KitComponent, StockBatch, StockItem, StockLevel, StockMovement
from branches.models.stock import MovementKind
from branches.stock import Shelf, batch_of, move_stock
from foundation import clock
from foundation.errors import InvalidInput
from foundation.locks import locking

FIRST_AID_BOX = "first-aid-box"


@dataclass(frozen=True)
class Content:
    """One component of a box: how many belong there, are there in date, and have expired."""

    item: StockItem
    needed: int
    in_date: int
    expired: int
    next_expiry: date | None

    @property
    def lacking(self) -> int:
        return max(0, self.needed - self.in_date)


def define_kit(*, kit: StockItem, components: Mapping[StockItem, int]) -> list[KitComponent]:
    """Say anew what belongs into a kit. Kits that are assembled already stay as they are.

    Raises:
        InvalidInput: nothing in it, fewer than one of something, or the kit in itself.
    """
    if not components or kit in components:
        raise InvalidInput(fields={"components": _("A kit holds at least one other thing.")})
    if min(components.values()) < 1:
        raise InvalidInput(fields={"components": _("At least one of each, please.")})
    with transaction.atomic():
        kit.components.all().delete()
        return KitComponent.objects.bulk_create(
            KitComponent(kit=kit, item=item, quantity=quantity)
            for item, quantity in components.items()
        )


def assemble(
    *, key: str, branch: Branch, kit: StockItem, quantity: int, actor: User
) -> StockMovement:
    """Make ``quantity`` kits of what is on the shelf; a kit expires with its first component.

    The same ``key`` again is the same work.

    Raises:
        StockShort: something is missing (``data["item"]``); nothing is written.
        InvalidInput: the kit has no definition, or none are to be made.
    """
    if quantity < 1:
        raise InvalidInput(fields={"quantity": _("At least one, please.")})
    with locking():
        earlier = StockMovement.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
        # In order of primary key, so that two who assemble cannot stand in each other's way.
        parts = list(kit.components.select_related("item").order_by("item"))
        if not parts:
            raise InvalidInput(fields={"kit": _("Nobody has said yet what belongs into it.")})
        for part in parts:
            move_stock(
                key=f"{key}:{part.item.code}",
                branch=branch,
                item=part.item,
                kind=MovementKind.ASSEMBLED,
                quantity=-part.quantity * quantity,
                actor=actor,
                reason=kit.code,
            )
        return move_stock(
            key=key,
            branch=branch,
            item=kit,
            kind=MovementKind.ASSEMBLED,
            quantity=quantity,
            actor=actor,
            batch=_batch_for(Shelf(branch, kit), key),
        )


def contents(branch: Branch, kit_code: str = FIRST_AID_BOX) -> Sequence[Content]:
    """What a box must hold and what the branch has of it: three queries.

    Empty when nobody has said what belongs into it.
    """
    parts = KitComponent.objects.filter(kit__code=kit_code).select_related("item")
    items = [part.item_id for part in parts]
    loose = dict(
        StockLevel.objects.filter(branch=branch, item__in=items).values_list("item", "loose")
    )
    batches: dict[int, list[StockBatch]] = {pk: [] for pk in items}
    for batch in StockBatch.objects.on_the_shelf().filter(branch=branch, item__in=items):
        batches[batch.item_id].append(batch)
    today = clock.today()
    return [
        _content(part, loose.get(part.item_id, 0), batches[part.item_id], today) for part in parts
    ]


def _content(part: KitComponent, loose: int, batches: Sequence[StockBatch], today: date) -> Content:
    fresh = [one for one in batches if one.expires_on is None or one.expires_on >= today]
    stale = [one for one in batches if one not in fresh]
    return Content(
        item=part.item,
        needed=part.quantity,
        in_date=loose + sum(one.quantity for one in fresh),
        expired=sum(one.quantity for one in stale),
        next_expiry=min((one.expires_on for one in fresh if one.expires_on), default=None),
    )


def _batch_for(shelf: Shelf, key: str) -> StockBatch | None:
    """The batch of the kits that are being assembled; none when nothing in them expires."""
    taken = StockMovement.objects.filter(
        branch=shelf.branch,
        key__startswith=f"{key}:",
        kind=MovementKind.ASSEMBLED,
        batch__expires_on__isnull=False,
    )
    first = taken.order_by("batch__expires_on").values_list("batch__expires_on", flat=True).first()
    return None if first is None else batch_of(shelf, f"{first:%Y-%m-%d}", first)
