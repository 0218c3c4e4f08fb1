"""The moves of what has a life cycle here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.moves import Moves


class FaultStatus(TextChoices):
    REPORTED = "reported", _("reported")
    REPAIRED = "repaired", _("repaired")
    MISTAKEN = "mistaken", _("reported by mistake")


FAULT_MOVES = Moves(
    "facility fault",
    FaultStatus,
    {
        FaultStatus.REPORTED: frozenset({FaultStatus.REPAIRED, FaultStatus.MISTAKEN}),
        FaultStatus.REPAIRED: frozenset(),
        FaultStatus.MISTAKEN: frozenset(),
    },
)


class DemonstrationStatus(TextChoices):
    APPLIED = "applied", pgettext_lazy("sign", "applied for")
    GRANTED = "granted", pgettext_lazy("sign", "granted")
    SUSPENDED = "suspended", pgettext_lazy("sign", "suspended")
    DECLINED = "declined", pgettext_lazy("sign", "declined")
    CANCELLED = "cancelled", pgettext_lazy("sign", "application taken back")
    WITHDRAWN = "withdrawn", pgettext_lazy("sign", "withdrawn")


_D = DemonstrationStatus
DEMONSTRATION_LIVE = frozenset({_D.APPLIED, _D.GRANTED, _D.SUSPENDED})
DEMONSTRATION_MOVES = Moves(
    "demonstration status",
    DemonstrationStatus,
    {
        _D.APPLIED: frozenset({_D.GRANTED, _D.DECLINED, _D.CANCELLED}),
        _D.GRANTED: frozenset({_D.SUSPENDED, _D.WITHDRAWN}),
        _D.SUSPENDED: frozenset({_D.GRANTED, _D.WITHDRAWN}),
        _D.DECLINED: frozenset(),
        _D.CANCELLED: frozenset(),
        _D.WITHDRAWN: frozenset(),
    },
)


class RequestStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("stock request", "asked for")
    GRANTED = "granted", pgettext_lazy("stock request", "granted")
    SENT = "sent", _("on its way")
    DELIVERED = "delivered", pgettext_lazy("stock request", "delivered")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("no longer needed")
    LOST = "lost", _("did not arrive")


_R = RequestStatus
REQUEST_MOVES = Moves(
    "stock request",
    RequestStatus,
    {
        _R.REQUESTED: frozenset({_R.GRANTED, _R.DECLINED, _R.CANCELLED}),
        _R.GRANTED: frozenset({_R.SENT, _R.CANCELLED}),
        _R.SENT: frozenset({_R.DELIVERED, _R.LOST}),
        _R.DELIVERED: frozenset(),
        _R.DECLINED: frozenset(),
        _R.CANCELLED: frozenset(),
        _R.LOST: frozenset(),
    },
)


class LeaveStatus(TextChoices):
    REQUESTED = "requested", pgettext_lazy("leave", "asked for")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("taken back")


_L = LeaveStatus
LEAVE_MOVES = Moves(
    "leave",
    LeaveStatus,
    {
        _L.REQUESTED: frozenset({_L.APPROVED, _L.DECLINED, _L.CANCELLED}),
        _L.APPROVED: frozenset({_L.CANCELLED}),
        _L.DECLINED: frozenset(),
        _L.CANCELLED: frozenset(),
    },
)


class SwapStatus(TextChoices):
    ASKED = "asked", pgettext_lazy("swap", "asked for")
    AGREED = "agreed", _("the colleague agrees")
    DONE = "done", _("exchanged")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("taken back")


_S = SwapStatus
SWAP_MOVES = Moves(
    "swap of duty",
    SwapStatus,
    {
        _S.ASKED: frozenset({_S.AGREED, _S.DECLINED, _S.CANCELLED}),
        _S.AGREED: frozenset({_S.DONE, _S.DECLINED, _S.CANCELLED}),
        _S.DONE: frozenset(),
        _S.DECLINED: frozenset(),
        _S.CANCELLED: frozenset(),
    },
)
