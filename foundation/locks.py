"""Bounded waits for locks: a person waits for milliseconds or gets a sentence, never a hang."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum

from django.db import OperationalError, connection, transaction

from foundation.errors import Busy

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK = "40P01"


# Set while a caller has opened a transaction for one verb of ours and a line of its own.
_shared: ContextVar[bool] = ContextVar("shared", default=False)


class Guarded(IntEnum):
    """What is decided one at a time although it has no row to lock. Never renumber."""

    SIGN_IN_CODES = 1
    REGISTRATION = 2


@contextmanager
def locking(*, wait_ms: int = 3000) -> Iterator[None]:
    """One durable transaction in which no lock is waited for longer than ``wait_ms``.

    Within :func:`sharing` it is a part of that transaction, taken back by itself when it fails.

    Raises:
        Busy: when a lock could not be had in time, or two requests stood in each other's way.
    """
    if _shared.get():
        with transaction.atomic():
            yield
        return
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{wait_ms}ms"])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK):
            raise Busy from error
        raise


@contextmanager
def sharing(*, wait_ms: int = 3000) -> Iterator[None]:
    """A :func:`locking` that the verb called inside joins: its rows and the caller's own line are
    kept together or not at all.

    Raises:
        Busy: as for :func:`locking`.
    """
    with locking(wait_ms=wait_ms):
        token = _shared.set(True)
        try:
            yield
        finally:
            _shared.reset(token)


def one_at_a_time(what: Guarded, whose: str) -> None:
    """Wait until nobody else decides the same about ``whose``; holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [what.value, whose])
