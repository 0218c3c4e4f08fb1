"""From an address to a row of the roster: outside one's scope there is none."""

from datetime import date

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, may, require
from branches.models import Branch, Leave, SwapRequest
from branches.queries import leaves_of, swap_requests_of
from web.desk.access import own_staff


def day_or_404(words: str) -> date:
    """The day that an address names."""
    day = _day(words)
    if day is None:
        raise Http404(_("There is no such day."))
    return day


def day_or(words: str, otherwise: date) -> date:
    """The day that a query names; nonsense names none."""
    return _day(words) or otherwise


def get_leave_or_404(
    user: User, branch: Branch, pk: int, permission: Permission = Permission.VIEW_STAFF
) -> Leave:
    """One leave of a branch: one's own, or any for whoever decides about it."""
    row = leaves_of(user, branch).filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    if not may(user, Permission.CHANGE_ROSTER) and row.staff.user_id != user.pk:
        require(user, Permission.CHANGE_ROSTER)
    require(user, permission)
    return row


def get_swap_or_404(
    user: User, branch: Branch, pk: int, permission: Permission = Permission.VIEW_STAFF
) -> SwapRequest:
    """One swap of a branch that somebody has asked for."""
    row = swap_requests_of(user, branch).filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    require(user, permission)
    return row


def decides_or_is_asked(user: User, branch: Branch, row: SwapRequest) -> None:
    """Whoever was asked may say no, and so may whoever decides.

    Raises:
        NotAllowed: neither.
    """
    own = own_staff(user, branch)
    if own is None or own.pk != row.second_id:
        require(user, Permission.CHANGE_ROSTER)


def _day(words: str) -> date | None:
    try:
        day = parse_date(words)
    except ValueError:
        return None
    # Beyond these there is no roster, and before long no calendar.
    return day if day is not None and 2000 <= day.year <= 2099 else None
