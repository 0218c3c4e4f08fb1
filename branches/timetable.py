"""What falls due in the register: things that expire, and things that run out.

Each step is a row, written once when the date becomes known, 30 and 7 days ahead. When its time
has come, the thing is looked at again: what is gone, or has a later date now, asks nobody.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from branches.models import (
    Branch,
    Facility,
    ReorderLevel,
    Staff,
    StockBatch,
    StockMovement,
    Training,
)
from branches.models.facility import FacilityState
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

MORNING: Final = time(9, 0)
DAYS_AHEAD: Final = (30, 7)
Outcome = tuple[StepStatus, str]
# The day on which a thing expires as the register has it now; None when it does not matter.
Expiry = Callable[[int], date | None]


def lay_out_batch(batch: StockBatch) -> None:
    """Write the due steps of a batch, inside the transaction that makes it."""
    if batch.expires_on is not None:
        lay_out("batch_expires", f"batch:{batch.pk}", batch.expires_on, batch.branch.code)


def lay_out_facility(facility: Facility) -> None:
    """Write the due steps of a facility, inside the transaction that sets its date."""
    if facility.expires_on is not None:
        subject = f"facility:{facility.pk}"
        lay_out("facility_expires", subject, facility.expires_on, facility.branch.code)


def lay_out_badge(staff: Staff) -> None:
    """Write the due steps of a badge, inside the transaction that sets its date."""
    if staff.badge_valid_until is not None:
        lay_out("badge_expires", f"staff:{staff.pk}", staff.badge_valid_until, staff.branch.code)


def lay_out_training(training: Training) -> None:
    """Write the due steps of a training, inside the transaction that enters it."""
    if training.expires_on is not None:
        subject = f"training:{training.pk}"
        lay_out("training_expires", subject, training.expires_on, training.staff.branch.code)


def lay_out(kind: str, subject: str, expires_on: date, branch_code: str) -> None:
    """A step 30 and 7 days before ``expires_on``, once each.

    Of those whose morning has passed already only the last is written, for now.
    """
    due = [_morning(expires_on - timedelta(days=days)) for days in DAYS_AHEAD]
    now = clock.now()
    late = [moment for moment in due if moment <= now]
    for days, moment in zip(DAYS_AHEAD, due, strict=True):
        if moment <= now and moment != late[-1]:
            continue
        due_steps.schedule(
            key=f"{kind}:{subject}:{expires_on}:{days}",
            kind=kind,
            subject=subject,
            due_at=max(moment, now),
            version=expires_on.toordinal(),
            branch_code=branch_code,
        )


def went_down(movement: StockMovement, before: int, after: int) -> None:
    """Ask the branch to order when this movement has taken its stock to the reorder level."""
    rule = ReorderLevel.objects.filter(branch=movement.branch_id, item=movement.item_id).first()
    if rule is not None and before > rule.level >= after:
        ask_to_reorder(rule, after, occasion=f"movement:{movement.pk}")


def went_up(movement: StockMovement) -> None:
    """Take the request to order back when there is enough again."""
    rule = ReorderLevel.objects.filter(branch=movement.branch_id, item=movement.item_id).first()
    level = movement.branch.stock_levels.filter(item=movement.item_id).first() if rule else None
    if rule is not None and level is not None and level.quantity > rule.level:
        due_steps.settle_all(
            subject=_stock(rule.branch, rule.item_id),
            kinds=["stock_reorder"],
            outcome="there is enough again",
            only_open=True,
        )


def ask_to_reorder(rule: ReorderLevel, left: int, *, occasion: str) -> None:
    """A person in the branch is to ask the region for more; once for each occasion."""
    due_steps.ask_a_person(
        key=f"reorder:{rule.pk}:{occasion}",
        kind="stock_reorder",
        subject=_stock(rule.branch, rule.item_id),
        branch_code=rule.branch.code,
        outcome=f"{rule.item.code}: {left} left",
    )


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    due_steps.register("batch_expires", _expires(_batch_expiry))
    due_steps.register("facility_expires", _expires(_facility_expiry))
    due_steps.register("badge_expires", _expires(_badge_expiry))
    due_steps.register("training_expires", _expires(_training_expiry))


def _expires(expiry: Expiry) -> Callable[[DueStep], Outcome]:
    def act(step: DueStep) -> Outcome:
        day = expiry(int(step.subject.partition(":")[2]))
        if day is None:
            return StepStatus.SKIPPED, "nothing of it is left"
        if day.toordinal() != step.version:
            return StepStatus.SKIPPED, "it has another date now"
        return StepStatus.OPEN, f"expires on {day}"

    return act


def _batch_expiry(pk: int) -> date | None:
    batch = StockBatch.objects.on_the_shelf().filter(pk=pk).first()
    return batch.expires_on if batch else None


def _facility_expiry(pk: int) -> date | None:
    facility = Facility.objects.filter(pk=pk).exclude(state=FacilityState.MISSING).first()
    return facility.expires_on if facility else None


def _badge_expiry(pk: int) -> date | None:
    staff = Staff.objects.active().filter(pk=pk).first()
    return staff.badge_valid_until if staff else None


def _training_expiry(pk: int) -> date | None:
    """Nobody is asked about a training that was taken again, or whose owner has left."""
    row = Training.objects.filter(pk=pk, staff__is_active=True).first()
    if row is None:
        return None
    again = Training.objects.filter(
        staff=row.staff_id, title=row.title, taken_on__gt=row.taken_on
    ).exists()
    return None if again else row.expires_on


def _stock(branch: Branch, item_pk: int) -> str:
    return f"stock:{branch.code}:{item_pk}"


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(settings.TIME_ZONE))
