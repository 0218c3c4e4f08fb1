"""Due steps: rows with a time; beat's tick acts on those whose time has come.

An app registers what a kind means in its ``AppConfig.ready``; this module never knows what a step
is about. A handler re-reads its subject at the moment of acting and says what came of it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from foundation import clock
from foundation.locks import locking
from workflow.locks import due_step_locked, next_due_step_locked
from workflow.models import DueStep
from workflow.states import STEP_MOVES, StepStatus

MAX_TRIES = 5
FIRST_PAUSE = timedelta(minutes=1)
UNSETTLED = (StepStatus.WAITING, StepStatus.OPEN)

Handler = Callable[[DueStep], "tuple[StepStatus, str]"]

_handlers: Final[dict[str, Handler]] = {}


def register(kind: str, handler: Handler) -> None:
    """Say what is done when a step of this kind falls due.

    The handler runs inside the transaction that claims the step and returns the new status with
    words for the record; ``WAITING`` when it has put off the step's ``due_at``, because what the
    step is about falls due later now. Sending goes through the outbox, so the transaction stays
    short.

    Raises:
        ValueError: when the kind has another handler already.
    """
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"due step {kind} has two handlers")
    _handlers[kind] = handler


def schedule(
    *, key: str, kind: str, subject: str, due_at: datetime, version: int = 0, branch_code: str = ""
) -> DueStep:
    """Make a step, once per key, inside the caller's transaction."""
    step, _created = DueStep.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject": subject,
            "due_at": due_at,
            "version": version,
            "branch_code": branch_code,
        },
    )
    return step


def ask_a_person(
    *, key: str, kind: str, subject: str, branch_code: str, outcome: str = ""
) -> DueStep:
    """Make a step that a person in the branch must settle, from now on."""
    step, _created = DueStep.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject": subject,
            "due_at": clock.now(),
            "branch_code": branch_code,
            "status": StepStatus.OPEN,
            "outcome": outcome[:200],
        },
    )
    return step


def act_on_due(limit: int = 500) -> int:
    """Act on the steps whose time has come, oldest first; how many were settled."""
    acted = 0
    while acted < limit and _act_on_next():
        acted += 1
    return acted


def settle(*, step: DueStep, to: StepStatus, outcome: str) -> DueStep:
    """A person has done what a step asked, or says that it is no longer needed.

    Raises:
        MoveRefused: when it is settled already.
    """
    with locking():
        row = due_step_locked(step.pk)
        _move(row, to, outcome)
    return row


def settle_locked(step: DueStep, to: StepStatus, outcome: str) -> None:
    """:func:`settle` for a step that the caller has locked and read again.

    Raises:
        MoveRefused: when it is settled already.
    """
    _move(step, to, outcome)


def wait_until(step: DueStep, due_at: datetime, outcome: str) -> None:
    """Put an open step back until ``due_at``. The caller has locked it.

    A kind that nobody handles would never come back: such a step stays open.
    """
    if step.kind in _handlers:
        step.due_at = due_at
        _move(step, StepStatus.WAITING, outcome)


def settle_key(*, key: str, outcome: str) -> None:
    """Skip the one step with this key, if it waits. Inside the caller's transaction."""
    DueStep.objects.filter(key=key, status__in=UNSETTLED).update(
        status=StepStatus.SKIPPED, outcome=outcome[:200], settled_at=clock.now()
    )


def settle_all(*, subject: str, kinds: Sequence[str], outcome: str, only_open: bool = False) -> int:
    """Skip what is no longer needed about a subject, inside the caller's transaction; how many.

    ``only_open`` leaves alone what still waits for its time.
    """
    unsettled = (StepStatus.OPEN,) if only_open else UNSETTLED
    return DueStep.objects.filter(subject=subject, kind__in=kinds, status__in=unsettled).update(
        status=StepStatus.SKIPPED, outcome=outcome[:200], settled_at=clock.now()
    )


def fall_due_at(*, subject: str, kind: str, due_at: datetime) -> int:
    """A step that still waits has another time now, inside the caller's transaction; how many."""
    waiting = DueStep.objects.filter(subject=subject, kind=kind, status=StepStatus.WAITING)
    return waiting.update(due_at=due_at)


def _act_on_next() -> bool:
    step: DueStep | None = None
    try:
        with locking():
            step = next_due_step_locked(clock.now(), sorted(_handlers))
            if step is None:
                return False
            to, outcome = _handlers[step.kind](step)
            if to == StepStatus.WAITING:
                _go_on_waiting(step, outcome)
            else:
                step.tries += 1
                _move(step, to, outcome)
    except Exception as error:
        # Put off, so that the steps behind it have their turn; raised, so that somebody mends it.
        if step is not None:
            _put_off(step.pk, type(error).__name__)
        raise
    return True


def _go_on_waiting(step: DueStep, outcome: str) -> None:
    if step.due_at <= clock.now():
        raise ValueError(f"due step {step.kind} would come round for ever")
    step.outcome = outcome[:200]
    step.save()


def _put_off(pk: int, trouble: str) -> None:
    """What could not be done is tried again later; after ``MAX_TRIES`` a person is asked."""
    with locking():
        step = due_step_locked(pk)
        if step.status != StepStatus.WAITING:
            return
        step.tries += 1
        step.outcome = f"unexpected: {trouble}"[:200]
        if step.tries >= MAX_TRIES:
            step.status = StepStatus.OPEN
        else:
            step.due_at = clock.now() + FIRST_PAUSE * step.tries
        step.save()


def _move(step: DueStep, to: StepStatus, outcome: str) -> None:
    STEP_MOVES.check(step.status, to)
    step.status = to
    step.outcome = outcome[:200]
    if to in (StepStatus.DONE, StepStatus.SKIPPED):
        step.settled_at = clock.now()
    step.save()
