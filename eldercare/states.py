"""The moves of a service version under review, of an escort, of a wish to be forgotten."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.moves import Moves


class ReviewStatus(TextChoices):
    DRAFT = "draft", _("draft")
    INNER_REVIEW = "inner_review", _("inner review")
    RECHECK = "recheck", _("re-check")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned with comments")
    RETIRED = "retired", _("retired")


REVIEW_MOVES = Moves(
    "service review",
    ReviewStatus,
    {
        ReviewStatus.DRAFT: frozenset({ReviewStatus.INNER_REVIEW}),
        ReviewStatus.INNER_REVIEW: frozenset({ReviewStatus.RECHECK, ReviewStatus.RETURNED}),
        ReviewStatus.RECHECK: frozenset({ReviewStatus.APPROVED, ReviewStatus.RETURNED}),
        ReviewStatus.RETURNED: frozenset({ReviewStatus.INNER_REVIEW}),
        ReviewStatus.APPROVED: frozenset({ReviewStatus.RETIRED}),
        ReviewStatus.RETIRED: frozenset(),
    },
)


class ErasureStatus(TextChoices):
    ASKED = "asked", _("waits for a second person")
    DONE = "done", _("forgotten")
    REFUSED = "refused", _("kept")


ERASURE_MOVES = Moves(
    "request to be forgotten",
    ErasureStatus,
    {
        ErasureStatus.ASKED: frozenset({ErasureStatus.DONE, ErasureStatus.REFUSED}),
        ErasureStatus.DONE: frozenset(),
        ErasureStatus.REFUSED: frozenset(),
    },
)


class EscortStatus(TextChoices):
    BOOKED = "booked", _("booked")
    WAITING = "waiting", _("waiting")
    ACCOMPANIED = "accompanied", _("accompanied")
    DONE = "done", _("done")
    LEFT = "left", _("left before being served")
    NO_SHOW = "no_show", _("did not come")
    CANCELLED = "cancelled", _("cancelled")


ESCORT_MOVES = Moves(
    "escort",
    EscortStatus,
    {
        EscortStatus.BOOKED: frozenset(
            {EscortStatus.WAITING, EscortStatus.NO_SHOW, EscortStatus.CANCELLED}
        ),
        EscortStatus.WAITING: frozenset({EscortStatus.ACCOMPANIED, EscortStatus.LEFT}),
        EscortStatus.ACCOMPANIED: frozenset(
            {
                EscortStatus.DONE,
                EscortStatus.LEFT,
                EscortStatus.WAITING,
            }
        ),
        EscortStatus.DONE: frozenset(),
        EscortStatus.LEFT: frozenset(),
        # Who comes after all, late, is welcome all the same.
        EscortStatus.NO_SHOW: frozenset({EscortStatus.WAITING}),
        EscortStatus.CANCELLED: frozenset(),
    },
)
