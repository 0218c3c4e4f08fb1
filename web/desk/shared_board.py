"""One board for all screens of a lobby: read and drawn once for each stamp, not for each screen.

Kept in this process alone, for names are on it, and for as long as the stamp is the newest; only
what a screen asks for by itself comes from here. Whoever opens the page gets it freshly read.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.template.loader import render_to_string
from django.utils.translation import get_language

from accounts.models import User
from accounts.permissions import Permission, may
from branches.models import Branch
from web.desk.access import own_staff
from web.desk.board import Board, read_board

T = TypeVar("T")


class Few(Generic[T]):
    """The last few things that were made, by key; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._made, self._lock = most, OrderedDict[Hashable, T](), Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made under this key, or what is made now; two at once may both make it."""
        with self._lock:
            if key in self._made:
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made


_boards: Few[Board] = Few(32)
_pages: Few[str] = Few(256)


def drawn(user: User, branch: Branch, stamp: str) -> str:
    """The board under this stamp as HTML, as this person sees it in the language of the moment."""
    me, may_run = own_staff(user, branch), may(user, Permission.RUN_ESCORT)

    def draw() -> str:
        board = _boards.get((branch.pk, stamp), lambda: read_board(user, branch))
        context = board_context(board, stamp, me_pk=me.pk if me else None, may_run=may_run)
        return render_to_string("desk/_board.html", context)

    return _pages.get((branch.pk, stamp, get_language(), me and me.pk, may_run), draw)


def board_context(
    board: Board, stamp: str, *, me_pk: int | None, may_run: bool
) -> dict[str, object]:
    """What ``desk/_board.html`` needs; ``me`` is there when this person is free to go."""
    free = {one.person.pk: one.person for one in board.colleagues if one.can_go}
    return {
        "board": board,
        "branch": board.branch,
        "stamp": stamp,
        "me": free.get(me_pk) if me_pk is not None else None,
        "may_run": may_run,
    }
