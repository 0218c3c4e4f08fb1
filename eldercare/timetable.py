"""Nobody waits unseen: the longer a customer waits, the higher the person who hears of it."""

from datetime import timedelta

from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

# After so many minutes: the assistants, the lobby manager, the branch manager (issue "workflow").
TOLD_AFTER_MINUTES = (2, 5, 10)
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


def at_ease(escort: Escort) -> None:
    """Somebody is with them, or they have gone: what was to be said about waiting is settled."""
    due_steps.settle_all(
        subject=escort.subject,
        kinds=list(KINDS),
        outcome=f"the customer is {escort.status}",
    )


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    for kind in KINDS:
        due_steps.register(kind, still_waiting)


def still_waiting(step: DueStep) -> tuple[StepStatus, str]:
    """Put the customer before a person if nobody has taken them in the meantime."""
    public_id = step.subject.removeprefix("escort:")
    pk = Escort.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if pk is None:
        return StepStatus.SKIPPED, "it is gone"
    escort = escort_locked(pk)
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
