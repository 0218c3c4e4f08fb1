"""Whether a lobby's board may look different now: asked by every screen, every few seconds.

A stamp is cheap to read and is never right for too long: it changes whenever a row of the board's
own is written, and by itself twice a minute, for minutes pass, shifts begin and visits set off.
Read it *before* the rows: what is written meanwhile then bears a newer one, and is shown next time.
Fifty screens so cost fifty glances and, when something happens, fifty boards (``bin/bench board``).
"""

import contextlib
import secrets
from datetime import timedelta
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from redis.exceptions import RedisError

from branches.models import Branch
from eldercare.models import Escort, KeptAction, Loan
from foundation import clock

# How long what no row of ours tells (minutes, shifts, visits) may stand on a board unchanged.
GOOD_FOR: Final = timedelta(seconds=30)
_KEPT_SECONDS: Final = 3600


def stamp_of(branch: Branch) -> str:
    """The stamp of this branch's board; one that equals no other when the cache is away."""
    part = int(clock.now().timestamp() // GOOD_FOR.total_seconds())
    try:
        written = cache.get_or_set(_key(branch.pk), _new, _KEPT_SECONDS)
    except RedisError:
        written = _new()
    return f"{part:x}-{written}"


def register() -> None:
    """Have every write to a row of the board's change its branch's stamp."""
    for model in (Escort, Loan, KeptAction):
        for signal in (post_save, post_delete):
            signal.connect(_written, sender=model, dispatch_uid=f"{__name__}.{model.__name__}")


def _written(instance: Escort | Loan | KeptAction, **_kwargs: Any) -> None:
    branch = instance.escort.branch_id if isinstance(instance, Loan) else instance.branch_id
    transaction.on_commit(lambda: _change(branch))


def _change(branch: int) -> None:
    # Without the cache every screen gets a stamp of its own, and looks.
    with contextlib.suppress(RedisError):
        cache.set(_key(branch), _new(), _KEPT_SECONDS)


def _key(branch: int) -> str:
    return f"board:{branch}"


def _new() -> str:
    return secrets.token_hex(6)
