"""The moves of a facility fault."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

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
