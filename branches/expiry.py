"""What expires when: batches, facilities, badges and trainings of some branches, in one list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef

from accounts.permissions import Actor, Permission
from branches.models import Branch, Facility, Staff, StockBatch, Training
from branches.models.facility import FacilityState


class ExpiryKind(StrEnum):
    """What it is that expires; also how an address names it."""

    BATCH = "batch"
    FACILITY = "facility"
    BADGE = "badge"
    TRAINING = "training"


@dataclass(frozen=True)
class Expiry:
    """One thing of one branch that expires on ``day``.

    ``pk`` is the row's; ``of`` is the item of a batch, and the person of a training.
    """

    day: date
    kind: ExpiryKind
    branch: Branch
    pk: int
    what: str
    detail: str = ""
    of: int = 0


def expiries(
    user: Actor,
    first: date,
    last: date,
    *,
    branch: Branch | None = None,
    kinds: Iterable[ExpiryKind] = tuple(ExpiryKind),
) -> list[Expiry]:
    """What this person may see of all that expires on these days, the soonest first.

    One query for each kind. What is used up, missing, or was taken anew is not listed, nor are the
    badge and trainings of somebody who has left.
    """
    found = [one for kind in kinds for one in _READ[kind](user, first, last, branch)]
    return sorted(found, key=lambda one: (one.day, one.branch.code, one.kind, one.what, one.pk))


def _of(branch: Branch | None, path: str = "branch") -> dict[str, Branch]:
    return {} if branch is None else {path: branch}


def _batches(user: Actor, first: date, last: date, branch: Branch | None) -> list[Expiry]:
    rows = (
        StockBatch.objects.for_user(user, Permission.VIEW_STOCK)
        .on_the_shelf()
        .filter(expires_on__range=(first, last), **_of(branch))
        .select_related("branch", "item")
    )
    return [
        Expiry(
            row.expires_on,
            ExpiryKind.BATCH,
            row.branch,
            row.pk,
            f"{row.item} × {row.quantity}",
            row.own_number,
            row.item_id,
        )
        for row in rows
        if row.expires_on is not None
    ]


def _facilities(user: Actor, first: date, last: date, branch: Branch | None) -> list[Expiry]:
    rows = (
        Facility.objects.for_user(user, Permission.VIEW_BRANCH)
        .filter(expires_on__range=(first, last), **_of(branch))
        .exclude(state=FacilityState.MISSING)
        .select_related("branch", "type")
    )
    return [
        Expiry(
            row.expires_on, ExpiryKind.FACILITY, row.branch, row.pk, str(row.type), row.stands_at
        )
        for row in rows
        if row.expires_on is not None
    ]


def _badges(user: Actor, first: date, last: date, branch: Branch | None) -> list[Expiry]:
    rows = (
        Staff.objects.for_user(user, Permission.VIEW_STAFF)
        .active()
        .filter(badge_valid_until__range=(first, last), **_of(branch))
        .select_related("branch")
    )
    return [
        Expiry(row.badge_valid_until, ExpiryKind.BADGE, row.branch, row.pk, row.name, row.badge)
        for row in rows
        if row.badge_valid_until is not None
    ]


def _trainings(user: Actor, first: date, last: date, branch: Branch | None) -> list[Expiry]:
    again = Training.objects.filter(
        staff=OuterRef("staff"), title=OuterRef("title"), taken_on__gt=OuterRef("taken_on")
    )
    rows = (
        Training.objects.for_user(user, Permission.VIEW_STAFF)
        .filter(
            ~Exists(again),
            expires_on__range=(first, last),
            staff__is_active=True,
            **_of(branch, "staff__branch"),
        )
        .select_related("staff__branch")
    )
    return [
        Expiry(
            row.expires_on,
            ExpiryKind.TRAINING,
            row.staff.branch,
            row.pk,
            row.staff.name,
            row.title,
            row.staff_id,
        )
        for row in rows
        if row.expires_on is not None
    ]


_READ: dict[ExpiryKind, Callable[[Actor, date, date, Branch | None], list[Expiry]]] = {
    ExpiryKind.BATCH: _batches,
    ExpiryKind.FACILITY: _facilities,
    ExpiryKind.BADGE: _badges,
    ExpiryKind.TRAINING: _trainings,
}
