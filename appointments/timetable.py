"""What will fall due around a visit and a booked escort, written when they are booked.

Each step is a row with its time; ``appointments.when_due`` says what is done when it has come. A
reminder whose time has passed already is skipped, not hurried after.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from appointments.models import HomeVisit
from appointments.states import AHEAD, VisitStatus
from branches.calendar import add_working_days
from branches.queries import local_moment
from eldercare.models import Escort
from foundation import clock
from workflow import calls, due_steps
from workflow.models import DueStep
from workflow.states import StepStatus

ANNOUNCE_AT = time(18, 0)
FOLLOW_UP_AT = time(10, 0)
REMIND_AHEAD = timedelta(hours=2)
SET_OFF_GRACE = timedelta(minutes=10)
DOOR_GRACE = timedelta(minutes=15)
OVERRUN_GRACE = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=30)
ANSWER_AHEAD = timedelta(hours=3)

# What is put before a person, and the statuses in which it is still worth their while.
ASKED_WHILE: dict[str, frozenset[VisitStatus]] = {
    "approval_overdue": frozenset({VisitStatus.REQUESTED}),
    "nobody_set_off": AHEAD,
    "nobody_at_the_door": AHEAD | {VisitStatus.ON_THE_WAY},
    "visit_overruns": frozenset({VisitStatus.SERVING}),
    "follow_up_call": frozenset({VisitStatus.DONE}),
    "day_closed": AHEAD,
    "promise_at_risk": AHEAD,
}

# What nobody reads out any more once the team is at the door, or the visit is off.
OVERTAKEN = ("visit_announced", "visit_reminder", "visit_running_late")


def lay_out(visit: HomeVisit) -> None:
    """Write the due steps of a new visit, inside the transaction that makes it."""
    opens: datetime = visit.window.lower
    if opens - REMIND_AHEAD > clock.now():
        _schedule(visit, "visit_reminder", opens - REMIND_AHEAD)
    for kind, due_at in _times_of_the_day(visit).items():
        _schedule(visit, kind, due_at)
    _schedule(visit, "follow_up_call", _day_after(visit))
    if visit.status == VisitStatus.REQUESTED:
        _schedule(visit, "approval_overdue", _answer_by(visit))
    else:
        announce_in_time(visit)


def lay_out_again(visit: HomeVisit) -> None:
    """Another minute or another team within the same window: what still waits waits for those."""
    for kind, due_at in _times_of_the_day(visit).items():
        due_steps.fall_due_at(subject=visit.subject, kind=kind, due_at=due_at)


def due_at(visit: HomeVisit, kind: str) -> datetime | None:
    """When this step falls due for the visit as it is now; None for what hangs on no minute."""
    if kind == "visit_reminder":
        opens: datetime = visit.window.lower
        return opens - REMIND_AHEAD
    return _times_of_the_day(visit).get(kind)


def announcement_is_over(visit: HomeVisit) -> bool:
    """Whether the evening on which the team is announced has come and gone."""
    steps = DueStep.objects.filter(subject=visit.subject, kind="announce_team")
    return steps.exclude(status=StepStatus.WAITING).exists()


def _times_of_the_day(visit: HomeVisit) -> dict[str, datetime]:
    """When each step of the day itself falls due."""
    spans = [member.commitment.span for member in visit.team.select_related("commitment")]
    opens: datetime = visit.window.lower
    return {
        "nobody_set_off": min(span.lower for span in spans) + SET_OFF_GRACE,
        # The team may be planned for the second half of the window: then that time counts.
        "nobody_at_the_door": max(opens, visit.starts_at) + DOOR_GRACE,
        "visit_overruns": max(span.upper for span in spans) + OVERRUN_GRACE,
    }


def announce_in_time(visit: HomeVisit) -> None:
    """Have the team announced at 18:00 the day before; at once when that has passed."""
    evening = evening_before(timezone.localdate(visit.starts_at))
    _schedule(visit, "announce_team", max(evening, clock.now()))


def drop_what_is_moot(visit: HomeVisit) -> None:
    """Take off the desk what the visit's new status has answered. In the move's transaction."""
    status = VisitStatus(visit.status)
    moot = [kind for kind, statuses in ASKED_WHILE.items() if status not in statuses]
    due_steps.settle_all(
        subject=visit.subject, kinds=moot, outcome=f"the visit is {status}", only_open=True
    )
    if status not in AHEAD | {VisitStatus.ON_THE_WAY}:
        calls.need_not_be_told(
            subject=visit.subject, kinds=OVERTAKEN, outcome=f"the visit is {status}"
        )


def lay_out_escort(escort: Escort) -> None:
    """Write the due steps of a booked escort, inside the transaction that makes it."""
    if escort.booked_for is None:
        return
    evening = evening_before(timezone.localdate(escort.booked_for))
    if evening > clock.now():
        _schedule_escort(escort, "escort_reminder", evening)
    _schedule_escort(escort, "escort_no_show", escort.booked_for + NO_SHOW_AFTER)


def drop_what_a_cancelled_escort_asked(escort: Escort) -> None:
    """Take off the desk what is moot now. In the cancellation's transaction."""
    due_steps.settle_all(subject=escort.subject, kinds=["day_closed"], outcome="cancelled")


def evening_before(day: date) -> datetime:
    """When the teams of that day are announced."""
    return local_moment(day - timedelta(days=1), ANNOUNCE_AT)


def _day_after(visit: HomeVisit) -> datetime:
    return local_moment(add_working_days(timezone.localdate(visit.starts_at), 1), FOLLOW_UP_AT)


def _answer_by(visit: HomeVisit) -> datetime:
    """One working day from now, at the same time of day; sooner when the visit itself is sooner."""
    now = timezone.localtime(clock.now())
    working_day = local_moment(add_working_days(now.date(), 1), now.time())
    latest: datetime = visit.window.lower - ANSWER_AHEAD
    return min(working_day, max(now, latest))


def _schedule(visit: HomeVisit, kind: str, due_at: datetime) -> None:
    _once(visit.subject, kind, due_at, visit.branch.code, visit.version)


def _schedule_escort(escort: Escort, kind: str, due_at: datetime) -> None:
    _once(escort.subject, kind, due_at, escort.branch.code, 0)


def _once(subject: str, kind: str, due_at: datetime, branch_code: str, version: int) -> None:
    due_steps.schedule(
        key=f"{subject}:{kind}",
        kind=kind,
        subject=subject,
        due_at=due_at,
        version=version,
        branch_code=branch_code,
    )
