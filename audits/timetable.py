"""What happens by itself around an improvement: remind, chase, escalate, and re-check in time.

Due steps are laid out when the deadline is set. Each re-reads the improvement when it falls due: a
step of an earlier deadline, or of something that is done, is skipped. The numbers are proposals.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from audits.locks import improvement_locked
from audits.models import Improvement
from audits.states import ImprovementStatus
from branches.calendar import add_working_days
from branches.queries import local_moment
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

MORNING: Final = time(9, 0)
REMIND_BEFORE: Final = 2
ESCALATE_AFTER: Final = 5
RECHECK_WITHIN: Final = 5
BRANCH_IS_LATE: Final = frozenset(
    {ImprovementStatus.OPEN, ImprovementStatus.ANALYSED, ImprovementStatus.MEASURES_SET}
)
Outcome = tuple[StepStatus, str]


def lay_out(improvement: Improvement) -> None:
    """Write the due steps of a deadline, inside the transaction that sets it."""
    deadline = improvement.deadline
    overdue = deadline + timedelta(days=1)
    _schedule(improvement, "improvement_remind", working_days_before(deadline, REMIND_BEFORE))
    _schedule(improvement, "improvement_overdue", overdue)
    _schedule(improvement, "improvement_escalate", add_working_days(deadline, ESCALATE_AFTER))


def ask_for_recheck(improvement: Improvement) -> None:
    """Something is fixed: the region looks at it within five working days."""
    _schedule(
        improvement,
        "improvement_recheck",
        add_working_days(clock.today(), RECHECK_WITHIN),
        round_=f":{improvement.failed_rechecks}",
    )


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    due_steps.register("improvement_remind", remind)
    due_steps.register("improvement_overdue", overdue)
    due_steps.register("improvement_escalate", escalate)
    due_steps.register("improvement_recheck", recheck)


def remind(step: DueStep) -> Outcome:
    """Two working days before the deadline the branch is reminded."""
    return _ask_branch(step, "the deadline is near")


def overdue(step: DueStep) -> Outcome:
    """The morning after the deadline the branch manager has it on the list, late."""
    return _ask_branch(step, "past its deadline")


def escalate(step: DueStep) -> Outcome:
    """Five working days late it is the regional office's matter."""
    row, why_not = _still_due(step)
    if row is None or row.status == ImprovementStatus.CLOSED:
        return StepStatus.SKIPPED, why_not or "closed"
    return StepStatus.OPEN, f"escalated to the region: still {row.status}"


def recheck(step: DueStep) -> Outcome:
    """Fixed for five working days and nobody has looked."""
    row = _improvement(step)
    if row is None or row.status != ImprovementStatus.FIXED:
        return StepStatus.SKIPPED, "looked at" if row else "the improvement is gone"
    if not step.key.endswith(f":{row.failed_rechecks}"):
        return StepStatus.SKIPPED, "fixed anew since"
    return StepStatus.OPEN, "waits for the region's re-check"


def working_days_before(day: date, days: int) -> date:
    """The latest day from which ``days`` working days lead no further than ``day``."""
    before = day
    while add_working_days(before, days) > day:
        before -= timedelta(days=1)
    return before


def _ask_branch(step: DueStep, words: str) -> Outcome:
    row, why_not = _still_due(step)
    if row is None:
        return StepStatus.SKIPPED, why_not
    if ImprovementStatus(row.status) not in BRANCH_IS_LATE:
        return StepStatus.SKIPPED, f"the branch has done its part: {row.status}"
    return StepStatus.OPEN, words


def _still_due(step: DueStep) -> tuple[Improvement | None, str]:
    row = _improvement(step)
    if row is None:
        return None, "the improvement is gone"
    if f":{row.deadline.isoformat()}" not in step.key:
        return None, "the deadline has moved"
    return row, ""


def _schedule(improvement: Improvement, kind: str, day: date, round_: str = "") -> None:
    due_steps.schedule(
        key=f"{improvement.subject}:{kind}:{improvement.deadline.isoformat()}{round_}",
        kind=kind,
        subject=improvement.subject,
        due_at=_morning(day),
        branch_code=improvement.branch.code,
    )


def _morning(day: date) -> datetime:
    return local_moment(day, MORNING)


def _improvement(step: DueStep) -> Improvement | None:
    public_id = step.subject.removeprefix("improvement:")
    found = Improvement.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return improvement_locked(found) if found is not None else None
