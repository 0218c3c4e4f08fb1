"""One search for a better day, from the wish to its end.

A run is a row: whoever loses the worker or the broker loses nothing but seconds. It is asked for,
claimed by a worker, searched for a bounded time, and ends in one of the ways of ``PlanRunStatus``.
Somebody may stop it at any moment; what it had found by then is where the next one begins.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from appointments import holds, plan_story, roads
from appointments.day_problem import RegionDay, read_day
from appointments.locks import day_plan_locked, plan_run_locked
from appointments.models import DayPlan, DayPlanEvent, PlanRun, PlanSource
from appointments.models.day_plan import PlanRunQuerySet
from appointments.plan_adoption import PlanFaulty, adopt, is_better
from appointments.plan_marks import mark_of
from appointments.plan_minutes import with_kept_minutes
from appointments.states import PLAN_RUN_MOVES, PLANNING, PlanRunStatus
from branches.models import Staff
from foundation import clock
from foundation.errors import DomainError
from foundation.locks import locking
from planning.problem import Problem
from planning.result import Result
from planning.stop import Asked, FirstOf, MaxSeconds, Stop
from planning.verify import faults

log = logging.getLogger("nuanban.plans")

LOOK_SECONDS = 0.5
# A worker that has said nothing for so long after its time was up is gone.
GRACE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)
GONE = "its worker is gone"
STOPPED = "stopped by hand"


def ask(
    *,
    plan: DayPlan,
    source: PlanSource,
    actor: User | None = None,
    absent: Staff | None = None,
    seconds: int | None = None,
) -> PlanRun:
    """Ask for a better day; the run that is under way already is answered instead of a second one.

    With somebody ``absent`` it is only tried what would be: each person has one such run at a time.
    """
    with locking():
        live = PlanRun.objects.live().filter(plan=plan)
        if absent is None:
            day_plan_locked(plan.pk)
            found = live.real().first()
            if found is not None:
                return found
        else:
            _stop_trials(live, actor)
        run = PlanRun.objects.create(
            plan=plan,
            source=source,
            absent=absent,
            asked_by=actor,
            seconds=seconds or settings.NUANBAN_PLAN_SECONDS,
        )
        _record(run, "", actor)
        transaction.on_commit(_waker(run.pk), robust=True)
    return run


def _stop_trials(live: PlanRunQuerySet, actor: User | None) -> None:
    """Whoever tries something else has no use any more for what they tried before."""
    tried = live.filter(asked_by=actor).exclude(absent=None).order_by("pk")
    for pk in tried.values_list("pk", flat=True):
        row = plan_run_locked(pk)
        if row.status in PLANNING:
            _end(row, PlanRunStatus.CANCELLED, actor, outcome=STOPPED)


def stop(*, run: PlanRun, actor: User) -> PlanRun:
    """Stop a run: it adopts nothing any more. What it has found serves the next one.

    Raises:
        MoveRefused: it has come to its end.
    """
    with locking():
        row = plan_run_locked(run.pk)
        _end(row, PlanRunStatus.CANCELLED, actor, outcome=STOPPED)
    return row


def work(pk: int, *, budget: Stop | None = None) -> PlanRun | None:
    """Do what a run asks for, if it still waits; the run as it ended.

    Parameters
    ----------
    budget : Stop
        When the search ends; the run's own seconds unless told.
    """
    run = _claim(pk)
    if run is None:
        return None
    try:
        _search(run, budget or MaxSeconds(run.seconds))
    except DomainError as refusal:
        _finish(
            run.pk, PlanRunStatus.FAILED, outcome=str(refusal.data.get("faults") or refusal.code)
        )
    except Exception as error:
        _finish(run.pk, PlanRunStatus.FAILED, outcome=type(error).__name__)
        raise
    return PlanRun.objects.get(pk=pk)


def reap() -> int:
    """End the runs whose worker is gone, wake one for those that wait; how many ended."""
    now, ended = clock.now(), 0
    for run in PlanRun.objects.live():
        if run.began_at is None:
            _waker(run.pk)()
        elif run.began_at + timedelta(seconds=run.seconds) + GRACE < now:
            _finish(run.pk, PlanRunStatus.FAILED, outcome=GONE)
            ended += 1
    return ended


def forget_old() -> int:
    """Drop the plans themselves of runs of long ago; their costs and how they ended stay."""
    old = PlanRun.objects.filter(ended_at__lt=clock.now() - KEPT_FOR).exclude(found={})
    return old.update(found={}, why={}, ways={}, changes=[])


def first_moment() -> datetime:
    """From when on a plan may change what people do: they must hear of it before they set off."""
    lead = timedelta(minutes=settings.NUANBAN_PLAN_LEAD_MINUTES)
    return (clock.now() + lead).replace(second=0, microsecond=0)


def first_day() -> date:
    """The first day that can still be planned."""
    return timezone.localdate(first_moment())


def _claim(pk: int) -> PlanRun | None:
    with locking():
        run = PlanRun.objects.filter(pk=pk, status=PlanRunStatus.WAITING).first()
        if run is None:
            return None
        row = plan_run_locked(pk)
        if row.status != PlanRunStatus.WAITING:
            return None
        row.began_at, row.as_of = clock.now(), first_moment()
        _move(row, PlanRunStatus.RUNNING, None)
        head = day_plan_locked(row.plan_id)
        if row.absent_id is None:
            head.mark = mark_of(head.region_id, head.day)
            head.save(update_fields=["mark"])
    return row


def _search(run: PlanRun, budget: Stop) -> None:
    """Read, search, check, adopt; no lock is held but in the end."""
    plan = DayPlan.objects.select_related("region").get(pk=run.plan_id)
    assert run.as_of is not None
    roads.learn(plan.region)
    # What was held in vain is given back first, so that journeys are those of the rows.
    holds.sweep_expired()
    day = read_day(plan.region, plan.day, run.as_of)
    problem = day.without(run.absent) if run.absent is not None else day.problem
    begin = _beginning(run, day)
    watch = FirstOf(budget, Asked(_stopped(run.pk)))
    found = search(day, problem, begin, watch, seed=run.pk)
    kept: dict[str, Any] = {"fingerprint": day.fingerprint, "found": plan_story.written(found)}
    if run.absent is not None:
        _finish(run.pk, PlanRunStatus.TRIED, **kept, **plan_story.story(day, problem, found))
    elif not is_better(day, found):
        said = {left.visit: left for left in found.left_out}
        left = tuple(said.get(one.visit, one) for one in day.now.left_out)
        told = plan_story.story(day, problem, replace(day.now, left_out=left))
        _finish(run.pk, PlanRunStatus.KEPT, **kept, **told)
    else:
        _adopt(run, day, found, kept | plan_story.story(day, problem, found))


def search(
    day: RegionDay, problem: Problem, begin: Result, budget: Stop, *, seed: int = 0
) -> Result:
    """A plan for the day, or for the day without somebody, begun with one; nothing is written.

    It stands at minutes that people can say, and has passed the checker that knows no search.

    Raises:
        PlanFaulty: not even the minutes that the search gave are true.
    """
    # Its kernels are compiled, or loaded, by whoever searches and by nobody else.
    from planning.search import solve

    raw = solve(problem, budget, seed=seed, start=begin)
    planned = {stop.visit: stop.start for route in day.now.routes for stop in route.stops}
    kept = with_kept_minutes(problem, raw, planned)
    if not faults(problem, kept):
        return kept
    wrong = faults(problem, raw)
    if wrong:
        raise PlanFaulty(data={"faults": list(wrong[:5])})
    return raw


def _adopt(run: PlanRun, day: RegionDay, found: Result, kept: dict[str, Any]) -> None:
    def finish(row: PlanRun, head: DayPlan) -> None:
        for name, value in kept.items():
            setattr(row, name, value)
        _end(row, PlanRunStatus.ADOPTED, row.asked_by)
        # Our own changes are none that call for another search.
        head.mark = mark_of(head.region_id, head.day)
        head.save(update_fields=["mark"])

    try:
        adopt(run, day, found, finish)
    except PlanFaulty:
        raise
    except DomainError as refusal:
        _finish(run.pk, PlanRunStatus.STALE, outcome=str(refusal.code), **kept)


def _beginning(run: PlanRun, day: RegionDay) -> Result:
    """What a run that came to nothing had found, else the day as it stands."""
    last = (
        PlanRun.objects.real().filter(plan=run.plan_id).exclude(ended_at=None).first()
        if run.absent_id is None
        else None
    )
    came_to_nothing = (PlanRunStatus.CANCELLED, PlanRunStatus.STALE)
    if last is not None and last.status in came_to_nothing and last.found:
        return plan_story.read(last.found)
    return day.now


def _stopped(pk: int) -> Callable[[], bool]:
    """Whether somebody has stopped the run; the row is asked now and then, not at every step."""
    looked = time.perf_counter()

    def asked() -> bool:
        nonlocal looked
        if time.perf_counter() - looked < LOOK_SECONDS:
            return False
        looked = time.perf_counter()
        return not PlanRun.objects.filter(pk=pk, status=PlanRunStatus.RUNNING).exists()

    return asked


def _finish(pk: int, to: PlanRunStatus, *, outcome: str = "", **told: Any) -> None:
    """End a run; one that was stopped meanwhile keeps that end, and what it has found."""
    with locking():
        row = plan_run_locked(pk)
        for name, value in told.items():
            setattr(row, name, value)
        if row.status != PlanRunStatus.RUNNING:
            row.save()
            return
        _end(row, to, row.asked_by, outcome=outcome)
        if to in (PlanRunStatus.STALE, PlanRunStatus.FAILED):
            # Whatever changed, perhaps no visit did: the day is searched again all the same.
            DayPlan.objects.filter(pk=row.plan_id).update(mark="")


def _end(run: PlanRun, to: PlanRunStatus, actor: User | None, *, outcome: str = "") -> None:
    run.ended_at = clock.now()
    run.outcome = outcome[:200]
    _move(run, to, actor)


def _move(run: PlanRun, to: PlanRunStatus, actor: User | None) -> None:
    """The one function that moves a run; its row is locked."""
    before = run.status
    PLAN_RUN_MOVES.check(before, to)
    run.status = to
    run.save()
    _record(run, before, actor)


def _record(run: PlanRun, before: str, actor: User | None) -> None:
    DayPlanEvent.objects.create(
        plan_id=run.plan_id,
        run=run,
        actor=actor,
        actor_kind="staff" if actor is not None else "system",
        from_status=before,
        to_status=run.status,
        reason=run.outcome,
        snapshot={"source": run.source, "before": run.before, "after": run.after},
    )


def _waker(pk: int) -> Callable[[], None]:
    """Tell a worker to look. With the broker gone the row still stands, and the sweep finds it."""

    def wake_a_worker() -> None:
        from appointments.tasks import improve_day

        improve_day.delay(pk)

    return wake_a_worker
