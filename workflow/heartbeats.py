"""Signs of life: beat leaves one at each tick, and has each queue leave one through a worker.

So a queue's sign says that the whole way works: beat, the broker, a worker that takes this queue,
and the rows. When beat is silent nobody asks the queues, and their signs say nothing.
"""

from datetime import timedelta

from django.utils import timezone

from workflow.models import Heartbeat

BEAT = "beat"
QUEUES = ("messages", "plans", "sweeps")
# Three signs may get lost before somebody is told.
SILENT_AFTER = timedelta(seconds=60)
# One plan is allowed to take two minutes (CELERY_TASK_TIME_LIMIT), and its queue is silent so long.
PLANS_SILENT_AFTER = timedelta(seconds=240)


def sign(name: str) -> None:
    """Leave a sign of life; one statement, whoever else leaves one."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=timezone.now())],
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["name"],
    )


def ages() -> dict[str, float | None]:
    """Seconds since the last sign of each part; None for one that was never heard."""
    now = timezone.now()
    heard = dict(Heartbeat.objects.values_list("name", "at"))
    names = [BEAT, *(f"queue:{queue}" for queue in QUEUES)]
    # A clock that went back makes no sign younger than now.
    return {
        name: max(0.0, (now - heard[name]).total_seconds()) if name in heard else None
        for name in names
    }


def is_silent(name: str, age: float | None) -> bool:
    """Whether a part has not been heard for so long that it must be gone."""
    patience = PLANS_SILENT_AFTER if name == "queue:plans" else SILENT_AFTER
    return age is None or age > patience.total_seconds()
