"""An unclear mind or suspected pressure is a stop, never a signature (Civil Code art. 21 to 28).

A person in the branch is asked at once to look after the customer; some working days later they are
asked again what has become of it, so that nobody is sent away and forgotten.
"""

from datetime import datetime, time

from django.conf import settings
from django.utils import timezone

from branches import calendar
from eldercare.models import EligibilityDecision
from eldercare.models.eligibility import Outcome
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

REFERRED = "guardian_referred"
FOLLOW_UP = "guardian_follow_up"
IN_THE_MORNING = time(9, 0)


def refer(decision: EligibilityDecision) -> None:
    """Ask the branch to act now, and to look again later. In the decision's own transaction."""
    branch = decision.customer.branch.code
    due_steps.ask_a_person(
        key=f"{decision.subject}:{REFERRED}",
        kind=REFERRED,
        subject=decision.subject,
        branch_code=branch,
        outcome=", ".join(decision.rules),
    )
    day = calendar.add_working_days(clock.today(), settings.NUANBAN_GUARDIAN_FOLLOW_UP_DAYS)
    due_steps.schedule(
        key=f"{decision.subject}:{FOLLOW_UP}",
        kind=FOLLOW_UP,
        subject=decision.subject,
        due_at=timezone.make_aware(datetime.combine(day, IN_THE_MORNING)),
        branch_code=branch,
    )


def register() -> None:
    """Say what our kind of step means; called when the app is ready."""
    due_steps.register(FOLLOW_UP, look_again)


def look_again(step: DueStep) -> tuple[StepStatus, str]:
    """Put the customer before a person again, unless a later decision found all well."""
    public_id = step.subject.removeprefix("eligibility:")
    decision = EligibilityDecision.objects.filter(public_id=public_id).first()
    if decision is None:
        return StepStatus.SKIPPED, "it is gone"
    later = decision.customer.eligibility_decisions.filter(at__gt=decision.at).first()
    # A stop that was met again is no answer: somebody still has to ask.
    if later is not None and later.outcome != Outcome.STOPPED:
        return StepStatus.SKIPPED, f"decided again: {later.outcome}"
    return StepStatus.OPEN, ", ".join(decision.rules)
