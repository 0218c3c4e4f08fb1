"""How many a branch keeps on its floor, and how many at the door. Pages ask CHANGE_ROSTER."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from branches.locks import branch_locked
from branches.models import Branch, BranchEvent
from foundation.errors import InvalidInput
from foundation.locks import locking

# More than this are in no lobby.
AT_MOST = 20


def set_floor(*, branch: Branch, minimum_cover: int, keep_free: int, actor: User) -> Branch:
    """Always at least ``minimum_cover`` on the floor, ``keep_free`` of them left at the door.

    The roster warns of too few; dispatch sends nobody from the door unless somebody has waited
    beyond patience. What stood before is on record.

    Raises:
        InvalidInput: fewer than one on the floor (each branch promises one), more than
            ``AT_MOST``, or as many at the door as are on the floor: nobody would go.
    """
    wrong: dict[str, Any] = {}
    if not 1 <= minimum_cover <= AT_MOST:
        wrong["minimum_cover"] = _("From 1 to 20, please: every branch has one.")
    elif not 0 <= keep_free < max(minimum_cover, 2):
        wrong["keep_free"] = _("Fewer than are on the floor, please: somebody has to go.")
    if wrong:
        raise InvalidInput(fields=wrong)
    with locking():
        row = branch_locked(branch.pk)
        before = {"minimum_cover": row.minimum_cover, "keep_free": row.keep_free}
        row.minimum_cover, row.keep_free = minimum_cover, keep_free
        row.save(update_fields=list(before))
        BranchEvent.objects.create(branch=row, actor=actor, to_status="floor", snapshot=before)
    return row
