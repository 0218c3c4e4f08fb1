"""What a branch asks the region for: reorder levels, requests, deliveries.

Pages ask MOVE_STOCK of whoever asks and receives, and GRANT_STOCK of whoever grants and sends.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Actor, Permission
from branches import timetable
from branches.locks import request_locked
from branches.models import (
    Branch,
    ReorderLevel,
    StockBatch,
    StockItem,
    StockLevel,
    StockRequest,
    StockRequestEvent,
)
from branches.states import REQUEST_MOVES, RequestStatus
from branches.stock import receive
from foundation import clock
from foundation.errors import DomainError, ErrorCode, InvalidInput, NotAllowed
from foundation.locks import locking

UNIQUE_VIOLATION = "23505"


class AlreadyAsked(DomainError):
    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("The region has been asked for this already.")


def set_reorder_level(*, branch: Branch, item: StockItem, level: int) -> ReorderLevel:
    """Tell the branch to order at ``level`` or fewer; at once when it is there already."""
    if level < 0:
        raise InvalidInput(fields={"level": _("There cannot be fewer than none.")})
    with transaction.atomic():
        rule, _created = ReorderLevel.objects.update_or_create(
            branch=branch, item=item, defaults={"level": level}
        )
        held = StockLevel.objects.filter(branch=branch, item=item).first()
        left = held.quantity if held else 0
        if left <= level:
            timetable.ask_to_reorder(rule, left, occasion=f"level:{level}")
    return rule


def ask(
    *, branch: Branch, item: StockItem, quantity: int, actor: User, words: str = ""
) -> StockRequest:
    """Ask the region for more.

    Raises:
        AlreadyAsked: a request for it is on its way.
        InvalidInput: for nothing.
    """
    _check(quantity)
    with locking():
        try:
            with transaction.atomic():
                row = StockRequest.objects.create(
                    branch=branch,
                    item=item,
                    quantity=quantity,
                    words=words.strip()[:300],
                    asked_by=actor,
                )
        except IntegrityError as error:
            if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            raise AlreadyAsked from error
        _record(row, "", actor, row.words)
    return row


def grant(*, request: StockRequest, quantity: int, actor: User, words: str = "") -> StockRequest:
    """The region grants so many, perhaps fewer; not whoever has asked.

    Raises:
        NotAllowed, InvalidInput, MoveRefused.
    """
    _check(quantity)
    with locking():
        row = request_locked(request.pk)
        if row.asked_by_id == actor.pk:
            raise NotAllowed(_("Whoever has asked cannot grant it."))
        row.granted = quantity
        _move(row, RequestStatus.GRANTED, actor, words)
    return row


def decline(*, request: StockRequest, reason: str, actor: User) -> StockRequest:
    """The region says no, and why.

    Raises:
        InvalidInput, MoveRefused.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    return _plain_move(request, RequestStatus.DECLINED, actor, reason)


def cancel(*, request: StockRequest, actor: User, reason: str = "") -> StockRequest:
    """It is no longer needed.

    Raises:
        MoveRefused: it is on its way, or settled.
    """
    return _plain_move(request, RequestStatus.CANCELLED, actor, reason)


def send(*, request: StockRequest, actor: User, words: str = "") -> StockRequest:
    """The region has sent it.

    Raises:
        MoveRefused.
    """
    return _plain_move(request, RequestStatus.SENT, actor, words)


def deliver(
    *,
    request: StockRequest,
    quantity: int,
    actor: User,
    batch_number: str = "",
    expires_on: date | None = None,
    words: str = "",
) -> StockRequest:
    """It has come: so many are on the shelf, whatever was granted. Counts once.

    Raises:
        InvalidInput: as :func:`branches.stock.receive` does; nothing changes.
        MoveRefused.
    """
    with locking():
        row = request_locked(request.pk)
        REQUEST_MOVES.check(row.status, RequestStatus.DELIVERED)
        receive(
            key=f"request:{row.public_id}",
            branch=row.branch,
            item=row.item,
            quantity=quantity,
            actor=actor,
            batch_number=batch_number,
            expires_on=expires_on,
        )
        row.delivered = quantity
        _move(row, RequestStatus.DELIVERED, actor, words)
    return row


def report_lost(*, request: StockRequest, reason: str, actor: User) -> StockRequest:
    """Nothing of it has come, and what is known about it; the branch may ask anew.

    Raises:
        InvalidInput, MoveRefused.
    """
    if not reason.strip():
        raise InvalidInput(fields={"reason": _("Please say why.")})
    return _plain_move(request, RequestStatus.LOST, actor, reason)


@dataclass(frozen=True)
class Suggestion:
    """What a branch might ask for: so many bring it to twice its reorder level."""

    item: StockItem
    left: int
    level: int

    @property
    def quantity(self) -> int:
        return max(1, 2 * self.level - self.left)


def suggestions(branch: Branch) -> list[Suggestion]:
    """What stands at its reorder level or below it and has not been asked for, most urgent first.

    What has expired does not count as left.
    """
    asked = StockRequest.objects.live().filter(branch=branch).values("item")
    rules = ReorderLevel.objects.filter(branch=branch).exclude(item__in=asked)
    held = dict(StockLevel.objects.filter(branch=branch).values_list("item", "quantity"))
    gone = dict(
        StockBatch.objects.on_the_shelf()
        .filter(branch=branch, expires_on__lt=clock.today())
        .order_by()
        .values_list("item")
        .annotate(Sum("quantity"))
    )
    found = [
        Suggestion(rule.item, held.get(rule.item_id, 0) - gone.get(rule.item_id, 0), rule.level)
        for rule in rules.select_related("item")
    ]
    return sorted(
        (one for one in found if one.left <= one.level), key=lambda one: one.left - one.level
    )


def requests_of(user: Actor, permission: Permission) -> QuerySet[StockRequest]:
    """The requests in scope with what a list shows, the newest first."""
    return (
        StockRequest.objects.for_user(user, permission)
        .select_related("branch", "item", "asked_by")
        .prefetch_related(Prefetch("events", StockRequestEvent.objects.select_related("actor")))
    )


def expiring_batches(user: Actor, until: date) -> QuerySet[StockBatch]:
    """Batches in scope that are on the shelf and expire by ``until``, the soonest first."""
    return (
        StockBatch.objects.for_user(user, Permission.VIEW_STOCK)
        .on_the_shelf()
        .filter(expires_on__lte=until)
        .select_related("branch", "item")
        .order_by("expires_on", "branch", "pk")
    )


def _plain_move(request: StockRequest, to: RequestStatus, actor: User, why: str) -> StockRequest:
    with locking():
        row = request_locked(request.pk)
        _move(row, to, actor, why)
    return row


def _move(row: StockRequest, to: RequestStatus, actor: User, why: str) -> None:
    before = row.status
    REQUEST_MOVES.check(before, to)
    row.status = to
    row.save(update_fields=["status", "granted", "delivered"])
    _record(row, before, actor, why)


def _record(row: StockRequest, before: str, actor: User, why: str) -> None:
    StockRequestEvent.objects.create(
        request=row,
        actor=actor,
        from_status=before,
        to_status=row.status,
        reason=why.strip()[:300],
        snapshot={"asked": row.quantity, "granted": row.granted, "delivered": row.delivered},
    )


def _check(quantity: int) -> None:
    if not 1 <= quantity <= 100_000:
        raise InvalidInput(fields={"quantity": _("At least one, please.")})
