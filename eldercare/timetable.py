"""Nobody waits unseen, and nobody is left at the side of somebody who has gone home.

The longer a customer waits, the higher the person who hears of it.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from branches.queries import Duty
from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

# After so many minutes: the assistants, the lobby manager, the branch manager (issue "workflow").
TOLD_AFTER_MINUTES = (2, 5, 10)
LEFT_OPEN = "escort_left_open"
# So long after the shift or the business should have ended, somebody asks whether it has.
LEFT_OPEN_GRACE = timedelta(minutes=30)
KINDS = {f"escort_waits_{minutes}": minutes for minutes in TOLD_AFTER_MINUTES}


def watch_over(escort: Escort) -> None:
    """Have somebody told when this customer waits too long. In the arrival's own transaction."""
    for kind, minutes in KINDS.items():
        due_steps.schedule(
            key=f"{escort.subject}:{kind}:{escort.arrived_at.timestamp():.0f}",
            kind=kind,
            subject=escort.subject,
            due_at=escort.arrived_at + timedelta(minutes=minutes),
            branch_code=escort.branch.code,
        )


def watch_the_end(escort: Escort) -> None:
    """Have somebody ask when this escort is open after its assistant should have gone home.

    In the transaction in which the assistant takes the customer.
    """
    if escort.assistant is None or escort.commitment is None:
        return
    today = timezone.localdate(escort.commitment.span.lower)
    shift = Duty([escort.assistant], today, today).span(escort.assistant, today)
    planned_end: datetime = escort.commitment.span.upper
    due_steps.schedule(
        key=f"{escort.subject}:{LEFT_OPEN}:{escort.commitment.pk}",
        kind=LEFT_OPEN,
        subject=escort.subject,
        due_at=max(planned_end, shift[1] if shift else planned_end) + LEFT_OPEN_GRACE,
        branch_code=escort.branch.code,
    )


def at_ease(escort: Escort) -> None:
    """Somebody is with them, or they have gone: what was to be said before that is settled."""
    due_steps.settle_all(
        subject=escort.subject,
        kinds=[*KINDS, LEFT_OPEN],
        outcome=f"the customer is {escort.status}",
    )


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    for kind in KINDS:
        due_steps.register(kind, still_waiting)
    due_steps.register(LEFT_OPEN, still_open)


def still_waiting(step: DueStep) -> tuple[StepStatus, str]:
    """Put the customer before a person if nobody has taken them in the meantime."""
    escort = _escort(step)
    if escort is None:
        return StepStatus.SKIPPED, "it is gone"
    if escort.status != EscortStatus.WAITING:
        return StepStatus.SKIPPED, f"the customer is {escort.status}"
    # One line on the desk for one customer: the higher step takes the place of the lower.
    due_steps.settle_all(
        subject=step.subject,
        kinds=[kind for kind in KINDS if kind != step.kind],
        outcome="still waiting",
        only_open=True,
    )
    waited = (clock.now() - escort.arrived_at).total_seconds() // 60
    return StepStatus.OPEN, f"waiting for {waited:.0f} minutes"


def still_open(step: DueStep) -> tuple[StepStatus, str]:
    """Ask a person when the assistant's day is over and the escort is not."""
    escort = _escort(step)
    if escort is None:
        return StepStatus.SKIPPED, "it is gone"
    if escort.status != EscortStatus.ACCOMPANIED:
        return StepStatus.SKIPPED, f"the customer is {escort.status}"
    return StepStatus.OPEN, "still open after the assistant's day"


def _escort(step: DueStep) -> Escort | None:
    """The escort that a step is about, locked; None when it is gone."""
    public_id = step.subject.removeprefix("escort:")
    pk = Escort.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return None if pk is None else escort_locked(pk)
