"""The plan of a region's day: when it is improved by itself, frozen, opened again, announced.

The plan is the rows themselves (visits, teams, commitments); a :class:`DayPlan` says how far it has
come. Until the evening before it is improved after changes and every night; then the teams are
announced, and only a visit that has lost somebody, or a person, sets a search going.
"""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, User
from appointments import plan_runs, visits
from appointments.day_problem import visits_of
from appointments.locks import day_plan_locked, visit_locked
from appointments.models import DayPlan, DayPlanEvent, HomeVisit, PlanRun, PlanSource
from appointments.plan_marks import Mark, marks_ahead
from appointments.states import DAY_PLAN_MOVES, DayPlanStatus, VisitStatus
from appointments.timetable import evening_before
from branches.locks import staff_locked
from foundation import clock
from foundation.errors import MoveRefused
from foundation.locks import locking
from workflow import due_steps

NIGHT = range(1, 5)
"""Hours of the clock in which every day ahead is searched once more."""
AT_ONCE = "announced by hand"


def plan_for(region: Region, day: date) -> DayPlan:
    """The plan of a region's day, made when first asked for; it freezes the evening before."""
    plan, made = DayPlan.objects.get_or_create(region=region, day=day)
    if made and not is_announced(day):
        due_steps.schedule(
            key=f"{plan.subject}:freeze_day_plan",
            kind="freeze_day_plan",
            subject=plan.subject,
            due_at=evening_before(day),
        )
    return plan


def is_frozen(plan: DayPlan) -> bool:
    """Whether people have been told, or somebody wants no more changes."""
    return plan.status == DayPlanStatus.FROZEN or is_announced(plan.day)


def is_announced(day: date) -> bool:
    """Whether the evening has come on which the teams of that day are announced."""
    return clock.now() >= evening_before(day)


def freeze(*, plan: DayPlan, actor: User | None = None) -> DayPlan:
    """No search that nobody asked for changes this day any more. Freezing twice changes nothing."""
    with locking():
        row = day_plan_locked(plan.pk)
        if row.status != DayPlanStatus.FROZEN:
            _move(row, DayPlanStatus.FROZEN, actor)
    return row


def freeze_locked(plan: DayPlan) -> None:
    """The same for the due step, which holds the row."""
    if plan.status != DayPlanStatus.FROZEN:
        _move(plan, DayPlanStatus.FROZEN, None)


def thaw(*, plan: DayPlan, actor: User) -> DayPlan:
    """Let the day be improved again, as long as its teams are not announced.

    Raises:
        MoveRefused: it is not frozen, or the evening before has come.
    """
    with locking():
        row = day_plan_locked(plan.pk)
        if row.status == DayPlanStatus.FROZEN and not may_thaw(row):
            raise MoveRefused(_("The teams of this day are announced. It stays as it is."))
        _move(row, DayPlanStatus.OPEN, actor)
    return row


def may_thaw(plan: DayPlan) -> bool:
    """Whether the day was frozen before its evening and may still be opened."""
    return plan.status == DayPlanStatus.FROZEN and not is_announced(plan.day)


def publish(*, plan: DayPlan, actor: User) -> int:
    """Freeze the day and announce every team that waits for the evening; how many were announced.

    Each visit is a transaction of its own: begun again, it goes on where it stopped.

    Raises:
        MoveRefused: the day is past.
    """
    if plan.day < clock.today():
        raise MoveRefused(_("This day is past."))
    freeze(plan=plan, actor=actor)
    waiting = [v for v in visits_of(plan.region, plan.day) if v.status == VisitStatus.APPROVED]
    return sum(_announce(visit.pk, actor) for visit in waiting)


def sweep() -> int:
    """See which days need a search, and ask for it; how many were asked for."""
    plan_runs.reap()
    plan_runs.forget_old()
    regions = {region.pk: region for region in Region.objects.all()}
    asked = 0
    for mark in marks_ahead():
        if mark.visits < 2 and not mark.at_risk:
            continue
        plan = plan_for(regions[mark.region], mark.day)
        source = _due(plan, mark)
        if source is not None:
            plan_runs.ask(plan=plan, source=source, seconds=_seconds(mark))
            asked += 1
    return asked


def _seconds(mark: Mark) -> int:
    """A small day is soon searched through: a fifth of a second for each visit, and one more."""
    return int(min(settings.NUANBAN_PLAN_SECONDS, 1 + mark.visits // 5))


def _due(plan: DayPlan, mark: Mark) -> PlanSource | None:
    """Why this day should be searched now, if it should."""
    if is_frozen(plan) and not mark.at_risk:
        return None
    last = PlanRun.objects.real().filter(plan=plan).first()
    pause = timedelta(minutes=settings.NUANBAN_PLAN_PAUSE_MINUTES)
    if last is not None and (last.ended_at is None or clock.now() < last.ended_at + pause):
        return None
    if plan.mark != mark.text:
        return PlanSource.CHANGE
    local = timezone.localtime(clock.now())
    rested = last is None or timezone.localdate(last.asked_at) < local.date()
    return PlanSource.NIGHT if local.hour in NIGHT and rested and not is_frozen(plan) else None


def _announce(pk: int, actor: User) -> bool:
    visit = HomeVisit.objects.get(pk=pk)
    with locking():
        staff_locked(member.staff_id for member in visit.team.all())
        row = visit_locked(pk)
        if row.status != VisitStatus.APPROVED or not visits.is_whole(row):
            return False
        visits.announce(row, visits.Actor("staff", actor))
        due_steps.settle_all(subject=row.subject, kinds=["announce_team"], outcome=AT_ONCE)
    return True


def _move(plan: DayPlan, to: DayPlanStatus, actor: User | None) -> None:
    """The one function that moves a day plan; its row is locked."""
    before = plan.status
    DAY_PLAN_MOVES.check(before, to)
    plan.status = to
    plan.save(update_fields=["status"])
    DayPlanEvent.objects.create(
        plan=plan,
        actor=actor,
        actor_kind="staff" if actor is not None else "system",
        from_status=before,
        to_status=to,
    )
