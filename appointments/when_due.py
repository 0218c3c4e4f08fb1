"""What is done when a step falls due: each handler reads its subject again, under its lock.

It acts, or says why it did not: the answer stands in the step for whoever asks later.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from appointments import closed_days, day_plans, notices, repair, timetable, visits
from appointments.locks import day_plan_locked, visit_locked
from appointments.models import DayPlan, HomeVisit
from appointments.states import VisitStatus
from appointments.timetable import ASKED_WHILE
from branches.locks import staff_locked
from eldercare import bookings
from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from foundation.errors import MoveRefused
from workflow import due_steps
from workflow.models import DueStep
from workflow.queries import sent_lately
from workflow.states import StepStatus

Outcome = tuple[StepStatus, str]

# Never two messages where one will do.
REMINDER_APART = timedelta(hours=3)
# How much longer a team is reckoned to stay that has said nothing.
LONGER_MINUTES = 30

TOO_LATE: Outcome = (StepStatus.SKIPPED, "its lead time has passed")
INCOMPLETE: Outcome = (StepStatus.SKIPPED, "the team is not complete; a person has been asked")
GONE: Outcome = (StepStatus.SKIPPED, "it is gone")


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    for handler in (
        announce_team,
        visit_reminder,
        nobody_set_off,
        nobody_at_the_door,
        visit_overruns,
        follow_up_call,
        approval_overdue,
        escort_reminder,
        escort_no_show,
        freeze_day_plan,
    ):
        due_steps.register(handler.__name__, handler)


def about_a_visit(act: Callable[[DueStep, HomeVisit], Outcome]) -> due_steps.Handler:
    """Hand over the step's visit as it is now, locked; unless it is gone.

    A visit whose version is another than the step's has changed since the step was written: when
    its time is later now, the step goes on waiting for that time instead.
    """

    @wraps(act)
    def handler(step: DueStep) -> Outcome:
        visit = _visit(step)
        if visit is None:
            return GONE
        if step.version != visit.version:
            due_at = timetable.due_at(visit, step.kind)
            if due_at is not None and due_at > clock.now():
                step.due_at, step.version = due_at, visit.version
                return StepStatus.WAITING, "the visit has changed, and its time is later now"
        return act(step, visit)

    return handler


@about_a_visit
def announce_team(_step: DueStep, visit: HomeVisit) -> Outcome:
    """At 18:00 the day before, the customer is told who comes."""
    if visit.status != VisitStatus.APPROVED:
        return _no_longer(visit)
    if clock.now() >= visit.window.upper:
        return TOO_LATE
    if closed_days.is_lost(visit):
        return StepStatus.SKIPPED, "the branch is closed that day, and the customer has been told"
    if not visits.is_whole(visit):
        return INCOMPLETE
    visits.announce(visit)
    return StepStatus.DONE, "announced"


@about_a_visit
def visit_reminder(_step: DueStep, visit: HomeVisit) -> Outcome:
    """Two hours before the window opens, once more: when, and the door codes."""
    if visit.status != VisitStatus.PLANNED:
        return _no_longer(visit)
    if clock.now() >= visit.window.lower:
        return TOO_LATE
    if sent_lately(visit.subject, "visit_announced", REMINDER_APART):
        return StepStatus.SKIPPED, "the announcement has only just gone"
    if not visits.is_whole(visit):
        return INCOMPLETE
    notices.reminder(visit)
    return StepStatus.DONE, "reminded"


@about_a_visit
def nobody_set_off(step: DueStep, visit: HomeVisit) -> Outcome:
    """The team should be on the road and nobody has said so: a person asks them."""
    return _open_while(step, visit)


@about_a_visit
def nobody_at_the_door(step: DueStep, visit: HomeVisit) -> Outcome:
    """A quarter of an hour late and nobody is at the door: a person phones the customer."""
    return _open_while(step, visit)


def visit_overruns(step: DueStep) -> Outcome:
    """The team is still at the table: what they cannot keep is repaired, and who waits is told."""
    visit = HomeVisit.objects.filter(public_id=step.subject.removeprefix("visit:")).first()
    if visit is None:
        return GONE
    waiting = visits.next_of_team(visit)
    try:
        repaired = repair.run_over(visit=visit, minutes=LONGER_MINUTES, actor=visits.SYSTEM)
    except MoveRefused:
        return _no_longer(HomeVisit.objects.get(pk=visit.pk))
    for following in waiting:
        if following.pk not in repaired.spoken_of:
            notices.running_late(following)
    return StepStatus.OPEN, f"{len(waiting)} told that we are running late"


@about_a_visit
def follow_up_call(step: DueStep, visit: HomeVisit) -> Outcome:
    """The working day after, a person asks how it was."""
    return _open_while(step, visit)


@about_a_visit
def approval_overdue(step: DueStep, visit: HomeVisit) -> Outcome:
    """A request nobody has answered within one working day is put before a person."""
    return _open_while(step, visit)


def escort_reminder(step: DueStep) -> Outcome:
    """The evening before, a booked customer is reminded of when and where."""
    escort = _escort(step)
    if escort is None or escort.status != EscortStatus.BOOKED:
        return StepStatus.SKIPPED, "not booked any more"
    if escort.booked_for is not None and clock.now() >= escort.booked_for:
        return TOO_LATE
    notices.escort_reminder(escort)
    return StepStatus.DONE, "reminded"


def escort_no_show(step: DueStep) -> Outcome:
    """Half an hour after the booked time the assistant is free for others."""
    escort = _escort(step)
    if escort is None or escort.status != EscortStatus.BOOKED:
        return StepStatus.SKIPPED, "came, or cancelled"
    bookings.did_not_come(escort)
    return StepStatus.DONE, "did not come"


def freeze_day_plan(step: DueStep) -> Outcome:
    """At 18:00 the day before, when the teams are announced, the day's plan stands."""
    public_id = step.subject.removeprefix("plan:")
    found = DayPlan.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if found is None:
        return GONE
    day_plans.freeze_locked(day_plan_locked(found))
    return StepStatus.DONE, "frozen"


def _open_while(step: DueStep, visit: HomeVisit) -> Outcome:
    """Put the visit before a person as long as that is worth their while."""
    if visit.status not in ASKED_WHILE[step.kind]:
        return _no_longer(visit)
    return StepStatus.OPEN, f"the visit is {visit.status}"


def _no_longer(visit: HomeVisit) -> Outcome:
    return StepStatus.SKIPPED, f"the visit is {visit.status}"


def _visit(step: DueStep) -> HomeVisit | None:
    public_id = step.subject.removeprefix("visit:")
    found = HomeVisit.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return visit_locked(found) if found is not None else None


def _escort(step: DueStep) -> Escort | None:
    """The step's escort, locked, its assistant first."""
    public_id = step.subject.removeprefix("escort:")
    found = Escort.objects.filter(public_id=public_id).values_list("pk", "assistant").first()
    if found is None:
        return None
    pk, assistant = found
    staff_locked([assistant] if assistant else [])
    return escort_locked(pk)
