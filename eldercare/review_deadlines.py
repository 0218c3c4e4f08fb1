"""How long a review may lie: a reminder, and then the centre is told (issue "review").

Two working days for each stage, then two more before it goes up (``NUANBAN_REVIEW_DAYS``).
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final

from django.conf import settings
from django.utils import timezone

from branches import calendar
from eldercare.locks import version_locked
from eldercare.models import ServiceVersion
from eldercare.states import ReviewStatus
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

REMINDER: Final = "review_waits"
ESCALATION: Final = "review_overdue"
# How many times the days of one stage each kind waits.
KINDS: Final = {REMINDER: 1, ESCALATION: 2}
STAGES: Final = (ReviewStatus.INNER_REVIEW, ReviewStatus.RECHECK)
IN_THE_MORNING: Final = time(9, 0)


def subject_of(version: ServiceVersion) -> str:
    """How due steps name this version."""
    return f"service:{version.pk}"


def watch_over(version: ServiceVersion) -> None:
    """A new status: settle what was to be said about the old, and watch a stage of review."""
    subject = subject_of(version)
    due_steps.settle_all(subject=subject, kinds=list(KINDS), outcome=f"it is {version.status}")
    if version.status not in STAGES:
        return
    days = int(getattr(settings, "NUANBAN_REVIEW_DAYS", 2))
    now = clock.now()
    for kind, times in KINDS.items():
        due_on = calendar.add_working_days(clock.today(), days * times)
        due_steps.schedule(
            key=f"{subject}:{kind}:{version.status}:{now.timestamp():.6f}",
            kind=kind,
            subject=subject,
            due_at=timezone.make_aware(datetime.combine(due_on, IN_THE_MORNING)),
        )


def due_of(versions: Iterable[ServiceVersion]) -> dict[int, datetime]:
    """Until when each of these has to be decided at the stage where it lies; one query."""
    subjects = {subject_of(version): version for version in versions}
    steps = DueStep.objects.filter(subject__in=subjects, kind=REMINDER).order_by("due_at", "pk")
    # The newest reminder belongs to the stage that is under way.
    return {subjects[step.subject].pk: step.due_at for step in steps}


def register() -> None:
    """Say what our kinds of step mean; called when the app is ready."""
    for kind in KINDS:
        due_steps.register(kind, still_waits)


def still_waits(step: DueStep) -> tuple[StepStatus, str]:
    """Put the version before a person as long as it lies at a reviewer's."""
    pk = step.subject.removeprefix("service:")
    if not ServiceVersion.objects.filter(pk=pk).exists():
        return StepStatus.SKIPPED, "it is gone"
    version = version_locked(int(pk))
    if version.status not in STAGES:
        return StepStatus.SKIPPED, f"it is {version.status}"
    # One line for one version: the escalation takes the reminder's place.
    due_steps.settle_all(
        subject=step.subject,
        kinds=[kind for kind in KINDS if kind != step.kind],
        outcome="still waits",
        only_open=True,
    )
    return StepStatus.OPEN, f"{step.kind}: {version.status}"
