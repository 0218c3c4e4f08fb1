"""The story of one visit: its moves, its messages and its due steps on one line of time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appointments.models import HomeVisit, VisitEvent
from foundation import clock
from workflow.models import DueStep, Message
from workflow.queries import messages_about, steps_about
from workflow.states import StepStatus


class Sort(StrEnum):
    """What a line of the story is."""

    MOVE = "move"
    MESSAGE = "message"
    STEP = "step"


@dataclass(frozen=True)
class Line:
    """One thing that happened, or will; exactly one of the three rows is there."""

    at: datetime
    sort: Sort
    move: VisitEvent | None = None
    message: Message | None = None
    step: DueStep | None = None


@dataclass(frozen=True)
class Story:
    """What has been, the oldest first, and what is to come."""

    past: list[Line]
    coming: list[Line]


def story_of(visit: HomeVisit) -> Story:
    """Everything about one visit. The caller has seen to it that the visit is in scope."""
    lines = [
        *(Line(row.at, Sort.MOVE, move=row) for row in visit.events.select_related("actor")),
        *(Line(row.queued_at, Sort.MESSAGE, message=row) for row in messages_about(visit.subject)),
        *(Line(_moment(row), Sort.STEP, step=row) for row in steps_about(visit.subject)),
    ]
    lines.sort(key=lambda line: line.at)
    now = clock.now()
    return Story(
        past=[line for line in lines if not _is_to_come(line, now)],
        coming=[line for line in lines if _is_to_come(line, now)],
    )


def _moment(step: DueStep) -> datetime:
    """A settled step belongs where it was settled, another one where it is due."""
    return step.settled_at or step.due_at


def _is_to_come(line: Line, now: datetime) -> bool:
    if line.step is not None:
        return line.step.status == StepStatus.WAITING
    return line.at > now
