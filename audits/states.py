"""The moves of an inspection, an improvement and a suspension (DESIGN §5)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.moves import Moves


class InspectionStatus(TextChoices):
    PLANNED = "planned", _("planned")
    UNDER_WAY = "under_way", _("under way")
    SUBMITTED = "submitted", pgettext_lazy("inspection", "submitted")
    CANCELLED = "cancelled", _("cancelled")


INSPECTION_MOVES = Moves(
    "inspection",
    InspectionStatus,
    {
        InspectionStatus.PLANNED: frozenset(
            {InspectionStatus.UNDER_WAY, InspectionStatus.CANCELLED}
        ),
        InspectionStatus.UNDER_WAY: frozenset(
            {InspectionStatus.SUBMITTED, InspectionStatus.CANCELLED}
        ),
        InspectionStatus.SUBMITTED: frozenset(),
        InspectionStatus.CANCELLED: frozenset(),
    },
)


class ImprovementStatus(TextChoices):
    OPEN = "open", _("open")
    ANALYSED = "analysed", _("analysed")
    MEASURES_SET = "measures_set", _("measures set")
    FIXED = "fixed", _("fixed, waits for re-check")
    RECHECK = "recheck", _("being re-checked")
    CLOSED = "closed", _("closed")


IMPROVEMENT_MOVES = Moves(
    "improvement",
    ImprovementStatus,
    {
        ImprovementStatus.OPEN: frozenset({ImprovementStatus.ANALYSED}),
        ImprovementStatus.ANALYSED: frozenset({ImprovementStatus.MEASURES_SET}),
        ImprovementStatus.MEASURES_SET: frozenset({ImprovementStatus.FIXED}),
        ImprovementStatus.FIXED: frozenset({ImprovementStatus.RECHECK}),
        # A failed re-check goes back to the analysis: the cause was not understood.
        ImprovementStatus.RECHECK: frozenset(
            {ImprovementStatus.CLOSED, ImprovementStatus.ANALYSED}
        ),
        ImprovementStatus.CLOSED: frozenset(),
    },
)


class SuspensionStatus(TextChoices):
    DRAFT = "draft", _("draft letter")
    IN_FORCE = "in_force", _("in force")
    LIFTED = "lifted", _("lifted")
    DROPPED = "dropped", _("dropped")


SUSPENSION_MOVES = Moves(
    "suspension",
    SuspensionStatus,
    {
        SuspensionStatus.DRAFT: frozenset({SuspensionStatus.IN_FORCE, SuspensionStatus.DROPPED}),
        SuspensionStatus.IN_FORCE: frozenset({SuspensionStatus.LIFTED}),
        SuspensionStatus.LIFTED: frozenset(),
        SuspensionStatus.DROPPED: frozenset(),
    },
)
