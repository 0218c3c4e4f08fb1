"""What happens by itself around a visit: due steps, laid out at booking, each re-read when due."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from appointments import notices, visits
from appointments.legs import relink_next
from appointments.locks import visit_locked
from appointments.models import HomeVisit
from appointments.states import VisitStatus
from branches.calendar import add_working_days
from branches.locks import staff_locked
from branches.queries import local_moment
from eldercare import bookings
from eldercare.locks import escort_locked
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation import clock
from workflow import due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

ANNOUNCE_AT = time(18, 0)
OVERDUE_AFTER = timedelta(minutes=15)
NO_SHOW_AFTER = timedelta(minutes=30)
ANSWER_AHEAD = timedelta(hours=3)
Outcome = tuple[StepStatus, str]


def lay_out(visit: HomeVisit) -> None:
    """Write the due steps of a new visit, inside the transaction that makes it."""
    _schedule(visit, "visit_overdue", visit.window.upper + OVERDUE_AFTER)
    if visit.status == VisitStatus.REQUESTED:
        _schedule(visit, "approval_overdue", _answer_by(visit))
    else:
        announce_in_time(visit)


def announce_in_time(visit: HomeVisit) -> None:
    """Have the team announced at 18:00 the day before; at once when that has passed."""
    day_before = timezone.localdate(visit.starts_at) - timedelta(days=1)
    freeze = local_moment(day_before, ANNOUNCE_AT)
    _schedule(visit, "announce_team", max(freeze, clock.now()))


def lay_out_escort(escort: Escort) -> None:
    """Write the due steps of a booked escort, inside the transaction that makes it."""
    if escort.booked_for is None:
        return
    evening = local_moment(timezone.localdate(escort.booked_for) - timedelta(days=1), ANNOUNCE_AT)
    # A lead time that has passed already is skipped: the booking's own message has just gone.
    if evening > clock.now():
        _schedule_escort(escort, "escort_reminder", evening)
    _schedule_escort(escort, "escort_no_show", escort.booked_for + NO_SHOW_AFTER)


def register() -> None:
    """Say what each of our kinds of step means; called when the app is ready."""
    due_steps.register("announce_team", announce_team)
    due_steps.register("visit_overdue", visit_overdue)
    due_steps.register("approval_overdue", approval_overdue)
    due_steps.register("escort_reminder", escort_reminder)
    due_steps.register("escort_no_show", escort_no_show)


def announce_team(step: DueStep) -> Outcome:
    """At 18:00 the day before, the customer is told who comes."""
    visit = _visit(step)
    if visit is None:
        return StepStatus.SKIPPED, "the visit is gone"
    if visit.status != VisitStatus.APPROVED:
        return StepStatus.SKIPPED, f"the visit is {visit.status}"
    visits.announce(visit)
    return StepStatus.DONE, "announced"


def visit_overdue(step: DueStep) -> Outcome:
    """The window is over and nobody is at the door: a person phones the customer."""
    visit = _visit(step)
    if visit is None:
        return StepStatus.SKIPPED, "the visit is gone"
    waiting = {
        VisitStatus.REQUESTED,
        VisitStatus.APPROVED,
        VisitStatus.PLANNED,
        VisitStatus.ON_THE_WAY,
    }
    if VisitStatus(visit.status) in waiting:
        return StepStatus.OPEN, f"the visit is still {visit.status}"
    return StepStatus.SKIPPED, f"the visit is {visit.status}"


def approval_overdue(step: DueStep) -> Outcome:
    """A request nobody has answered within one working day is put before a person."""
    visit = _visit(step)
    if visit is None or visit.status != VisitStatus.REQUESTED:
        return StepStatus.SKIPPED, "answered"
    return StepStatus.OPEN, "waiting for the branch manager"


def escort_reminder(step: DueStep) -> Outcome:
    """The evening before, a booked customer is reminded of when and where."""
    escort = _escort(step)
    if escort is None or escort.status != EscortStatus.BOOKED:
        return StepStatus.SKIPPED, "not booked any more"
    notices.escort_reminder(escort)
    return StepStatus.DONE, "reminded"


def escort_no_show(step: DueStep) -> Outcome:
    """Half an hour after the booked time the assistant is free for others."""
    escort = _escort(step)
    if escort is None or escort.status != EscortStatus.BOOKED:
        return StepStatus.SKIPPED, "came, or cancelled"
    bookings.did_not_come(escort)
    if escort.assistant is not None and escort.commitment is not None:
        relink_next(escort.assistant, escort.commitment.span.upper)
    return StepStatus.DONE, "did not come"


def _answer_by(visit: HomeVisit) -> datetime:
    """One working day from now, at the same time of day; sooner when the visit itself is sooner."""
    now = timezone.localtime(clock.now())
    working_day = local_moment(add_working_days(now.date(), 1), now.time())
    latest: datetime = visit.window.lower - ANSWER_AHEAD
    return min(working_day, max(now, latest))


def _schedule(visit: HomeVisit, kind: str, due_at: datetime) -> None:
    due_steps.schedule(
        key=f"{visit.subject}:{kind}",
        kind=kind,
        subject=visit.subject,
        due_at=due_at,
        version=visit.version,
        branch_code=visit.branch.code,
    )


def _schedule_escort(escort: Escort, kind: str, due_at: datetime) -> None:
    due_steps.schedule(
        key=f"{escort.subject}:{kind}",
        kind=kind,
        subject=escort.subject,
        due_at=due_at,
        branch_code=escort.branch.code,
    )


def _escort(step: DueStep) -> Escort | None:
    """The step's escort, locked, its assistant first."""
    public_id = step.subject.removeprefix("escort:")
    found = Escort.objects.filter(public_id=public_id).values_list("pk", "assistant").first()
    if found is None:
        return None
    pk, assistant = found
    staff_locked([assistant] if assistant else [])
    return escort_locked(pk)


def _visit(step: DueStep) -> HomeVisit | None:
    public_id = step.subject.removeprefix("visit:")
    found = HomeVisit.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return visit_locked(found) if found is not None else None
