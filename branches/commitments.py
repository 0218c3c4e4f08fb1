"""Promises of people's time: made, released, extended. The one door to ``Commitment``.

Every function expects to run inside :func:`foundation.locks.locking`, after
:func:`branches.locks.staff_locked` for the people concerned: the lock turns collisions into short
waits, and the exclusion constraint decides whatever code forgot.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from branches.models import Commitment, CommitmentKind, Staff
from foundation import clock
from foundation.errors import DomainError, ErrorCode

EXCLUSION_VIOLATION = "23P01"

# Given a person and the end of what they no longer promise.
Reckoner = Callable[[Staff, datetime], None]
_reckoners: Final[list[Reckoner]] = []


def register_journeys(reckoner: Reckoner) -> None:
    """Say who reckons the next journey again when time is given back, whoever gives it back."""
    if reckoner not in _reckoners:
        _reckoners.append(reckoner)


@dataclass(frozen=True)
class HoldTerms:
    """Who holds the time while a form is open, and until when."""

    owner: str
    expires_at: datetime


class StaffBusy(DomainError):
    """This person's time is promised to somebody else in that span."""

    code = ErrorCode.STAFF_BUSY
    http_status = 409
    default_message = _("This colleague is already promised to somebody else at that time.")


def promise(
    *,
    staff: Staff,
    kind: CommitmentKind,
    start: datetime,
    end: datetime,
    place: tuple[float, float] | None = None,
    arrives_at: datetime | None = None,
    hold: HoldTerms | None = None,
) -> Commitment:
    """Promise ``[start, end)`` of one person's time.

    Expired holds in the way are taken over in place, that is, released first.

    Raises:
        StaffBusy: when something live overlaps; the transaction stays usable.
    """
    _require_transaction()
    release_expired_holds([staff.pk])
    latitude, longitude = place if place is not None else (None, None)
    try:
        with transaction.atomic():
            return Commitment.objects.create(
                staff=staff,
                kind=kind,
                span=TimestamptzRange(start, end, "[)"),
                latitude=latitude,
                longitude=longitude,
                arrives_at=arrives_at,
                hold_owner=hold.owner if hold else "",
                hold_expires_at=hold.expires_at if hold else None,
            )
    except IntegrityError as error:
        raise _busy_or(error) from error


def release(commitment: Commitment) -> None:
    """Give the time back; the row stays as history. Releasing twice changes nothing.

    The journey to what comes next began here, and is reckoned again.
    """
    _require_transaction()
    bound = Commitment.objects.live().filter(pk=commitment.pk)
    if bound.update(released_at=clock.now()):
        for reckon in _reckoners:
            reckon(commitment.staff, commitment.span.upper)


def withdraw(commitment: Commitment) -> None:
    """Give the time back for good: this person will not go there, so the door is forgotten."""
    release(commitment)
    Commitment.objects.filter(pk=commitment.pk).update(latitude=None, longitude=None)


def extend(commitment: Commitment, until: datetime) -> None:
    """Let a promise go on until then; one that goes on longer anyway is left alone.

    Raises:
        StaffBusy: when it would run into another promise.
    """
    _require_transaction()
    if until <= commitment.span.upper:
        return
    try:
        with transaction.atomic():
            Commitment.objects.filter(pk=commitment.pk).update(
                span=TimestamptzRange(commitment.span.lower, until, "[)")
            )
    except IntegrityError as error:
        raise _busy_or(error) from error


def finish(commitment: Commitment, at: datetime) -> None:
    """End a promise at ``at`` because its work is done: what is left of the span is free again.

    A promise that had not begun yet is released whole.
    """
    _require_transaction()
    if at <= commitment.span.lower:
        release(commitment)
    elif at < commitment.span.upper:
        Commitment.objects.filter(pk=commitment.pk).update(
            span=TimestamptzRange(commitment.span.lower, at, "[)")
        )


def set_out_at(commitment_pk: int, departs: datetime) -> None:
    """Move the start of a promise because the person now comes from elsewhere. Its service stays.

    Raises:
        StaffBusy: when the new journey overlaps another promise.
    """
    _require_transaction()
    row = Commitment.objects.get(pk=commitment_pk)
    try:
        with transaction.atomic():
            Commitment.objects.filter(pk=commitment_pk).update(
                span=TimestamptzRange(departs, row.span.upper, "[)")
            )
    except IntegrityError as error:
        raise _busy_or(error) from error


@contextmanager
def rearranging() -> Iterator[None]:
    """Promises of several people change places at once; overlaps are looked for at the end.

    Whoever rearranges reckons every journey itself.

    Raises:
        StaffBusy: somebody would be in two places; the transaction must not be committed.
    """
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS commitment_no_overlap DEFERRED")
    yield
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS commitment_no_overlap IMMEDIATE")
    except IntegrityError as error:
        raise _busy_or(error) from error


def give_back(pks: Iterable[int]) -> None:
    """Give several promises back for good, inside :func:`rearranging`; doors are forgotten."""
    _require_transaction()
    Commitment.objects.live().filter(pk__in=list(pks)).update(
        released_at=clock.now(), latitude=None, longitude=None
    )


def promise_all(rows: Iterable[Commitment]) -> list[Commitment]:
    """Write several new promises at once, inside :func:`rearranging`; their people are locked."""
    _require_transaction()
    return Commitment.objects.bulk_create(rows)


def release_expired_holds(staff_pks: Iterable[int]) -> int:
    """Free the holds of these people whose time is up; how many were freed."""
    expired = Commitment.objects.expired_holds().filter(staff__in=list(staff_pks))
    rows = list(expired.select_related("staff__branch"))
    for row in rows:
        release(row)
    return len(rows)


def _busy_or(error: IntegrityError) -> Exception:
    if getattr(error.__cause__, "sqlstate", None) == EXCLUSION_VIOLATION:
        return StaffBusy()
    return error


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("Promises are made inside foundation.locks.locking().")
