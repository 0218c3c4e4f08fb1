"""The moves of messages and of due steps (DESIGN §5)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.moves import Moves


class MessageStatus(TextChoices):
    QUEUED = "queued", _("queued")
    IN_FLIGHT = "in_flight", _("being sent")
    RETRYING = "retrying", _("will be tried again")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


MESSAGE_MOVES = Moves(
    "message",
    MessageStatus,
    {
        MessageStatus.QUEUED: frozenset({MessageStatus.IN_FLIGHT, MessageStatus.FAILED}),
        MessageStatus.IN_FLIGHT: frozenset(
            {
                MessageStatus.DELIVERED,
                MessageStatus.RETRYING,
                MessageStatus.FAILED,
            }
        ),
        MessageStatus.RETRYING: frozenset({MessageStatus.IN_FLIGHT, MessageStatus.FAILED}),
        MessageStatus.DELIVERED: frozenset(),
        # Somebody has put right what was wrong, and has it tried again.
        MessageStatus.FAILED: frozenset({MessageStatus.QUEUED}),
    },
)


class StepStatus(TextChoices):
    WAITING = "waiting", _("waiting for its time")
    OPEN = "open", _("waiting for a person")
    DONE = "done", _("done")
    SKIPPED = "skipped", _("no longer needed")


STEP_MOVES = Moves(
    "due step",
    StepStatus,
    {
        StepStatus.WAITING: frozenset({StepStatus.OPEN, StepStatus.DONE, StepStatus.SKIPPED}),
        # Back to waiting: the customer was not reached, or asked to be called later.
        StepStatus.OPEN: frozenset({StepStatus.WAITING, StepStatus.DONE, StepStatus.SKIPPED}),
        StepStatus.DONE: frozenset(),
        StepStatus.SKIPPED: frozenset(),
    },
)


class CallResult(TextChoices):
    """What came of a call."""

    REACHED = "reached", _("reached, and told")
    NOT_REACHED = "not_reached", _("nobody answered")
    LATER = "later", _("asked to be called later")
    WRONG_NUMBER = "wrong_number", _("wrong number")
