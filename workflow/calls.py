"""A person phones: what to read out, and what came of it.

A step that asks for a call is settled when the customer was reached. Nobody there: again later,
three times in all; then the branch manager is asked what to do. A wrong number is somebody's task
to put right. Each call is a row that is never changed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.errors import InvalidInput
from foundation.locks import locking
from workflow import due_steps
from workflow.locks import due_step_locked
from workflow.models import DueStep, Message, PhoneCall
from workflow.quiet_hours import after_quiet_hours
from workflow.states import STEP_MOVES, CallResult, StepStatus

PAUSES = (timedelta(minutes=30), timedelta(hours=3))
MOST_CALLS = len(PAUSES) + 1
LATEST = timedelta(days=7)
READ_OUT = ("phone_instead", "read_out")
ESCALATED = ("nobody_reached", "wrong_number")


def register() -> None:
    """Say what our own kinds of step mean; called when the app is ready."""
    for kind in (*READ_OUT, *ESCALATED):
        due_steps.register(kind, still_to_phone)


def still_to_phone(step: DueStep) -> tuple[StepStatus, str]:
    """The time to phone again has come."""
    message = message_of(step)
    if message is not None and message.acknowledged_at is not None:
        return StepStatus.SKIPPED, "told already"
    return StepStatus.OPEN, step.outcome


def message_of(step: DueStep) -> Message | None:
    """The message that a step asks somebody to read out; None when it asks for something else."""
    key = step.key.partition("phone:")[2]
    return Message.objects.filter(key=key).first() if key else None


def script(step: DueStep) -> list[str]:
    """What to read out: the message, and those that it carried. Empty when there is none."""
    message = message_of(step)
    if message is None:
        return []
    carried = Message.objects.filter(sent_with=message).order_by("queued_at", "pk")
    return [one.body for one in (message, *carried) if one.body]


def calls_of(step: DueStep) -> QuerySet[PhoneCall]:
    """The calls that have been made for a step, with who made them."""
    return PhoneCall.objects.filter(step=step).select_related("by")


def record_call(
    *,
    step: DueStep,
    result: CallResult,
    actor: AbstractBaseUser,
    words: str = "",
    again_at: datetime | None = None,
) -> DueStep:
    """Somebody has phoned.

    Raises:
        InvalidInput: "later", and no time within a week from now.
        MoveRefused: the step has been settled by somebody else.
    """
    now = clock.now()
    if result == CallResult.LATER and not (again_at and now < again_at <= now + LATEST):
        raise InvalidInput(fields={"again_at": _("When may we phone again? Within a week.")})
    with locking():
        row = due_step_locked(step.pk)
        STEP_MOVES.check(row.status, StepStatus.DONE)
        before = PhoneCall.objects.filter(step=row, result=CallResult.NOT_REACHED).count()
        if result == CallResult.NOT_REACHED and before < len(PAUSES):
            again_at = after_quiet_hours(now + PAUSES[before])
        PhoneCall.objects.create(
            step=row, by_id=actor.pk, at=now, result=result, words=words, again_at=again_at
        )
        _follow_up(row, result, again_at)
    return row


def need_not_be_told(*, subject: str, kinds: Iterable[str], outcome: str) -> None:
    """Nobody reads out any more what has been overtaken. Inside the caller's transaction."""
    overtaken = Message.objects.filter(subject=subject, kind__in=list(kinds))
    for key in overtaken.values_list("key", flat=True):
        due_steps.settle_key(key=f"phone:{key}", outcome=outcome)


def _follow_up(step: DueStep, result: CallResult, again_at: datetime | None) -> None:
    if again_at is not None:
        due_steps.wait_until(step, again_at, str(result))
        return
    if result == CallResult.REACHED:
        _acknowledge(step)
    else:
        kind = "wrong_number" if result == CallResult.WRONG_NUMBER else "nobody_reached"
        due_steps.ask_a_person(
            key=f"{kind}:{step.pk}:{PhoneCall.objects.filter(step=step).count()}:{step.key}"[:120],
            kind=kind,
            subject=step.subject,
            branch_code=step.branch_code,
        )
    due_steps.settle_locked(step, StepStatus.DONE, str(result))


def _acknowledge(step: DueStep) -> None:
    """The customer knows: DESIGN §4.3 counts this as well as a text."""
    message = message_of(step)
    if message is None:
        return
    now = clock.now()
    Message.objects.filter(pk=message.pk).update(acknowledged_at=now)
    Message.objects.filter(sent_with=message).update(acknowledged_at=now)
