"""A plan is adopted while somebody books, cancels or goes on leave; and by two workers at once.

The first test takes the lock away and must find a promise that nobody can keep.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from appointments import day_plans, plan_adoption, plan_runs
from appointments.booking import cancel_visit
from appointments.day_problem import read_day
from appointments.models import DayPlanEvent, HomeVisit, PlanRun, PlanSource, VisitEvent
from branches import commitments
from branches.models import Commitment, CommitmentKind, Staff
from foundation.locks import locking
from planning.search import ready
from planning.stop import MaxSteps
from tests.appointments.day_plan_town import book_in_the_north, make_neighbours
from tests.appointments.prover import prove_everything
from tests.appointments.test_booking import book
from tests.concurrency.conftest import race
from tests.make import TOMORROW, Town, at, by_customer, make_customer

PATIENCE = 0.7


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appointments.tasks.improve_day.delay", lambda _pk: None)
    ready()


@pytest.fixture
def near(town: Town) -> list[Staff]:
    return make_neighbours(town)


@pytest.fixture
def visits(town: Town, near: list[Staff]) -> list[HomeVisit]:
    return book_in_the_north(town)


def asked(town: Town) -> PlanRun:
    plan = day_plans.plan_for(town.region, TOMORROW)
    return plan_runs.ask(plan=plan, source=PlanSource.CHANGE)


@contextmanager
def read_under_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Barrier]:
    """The adoption has read the day again and has not written yet: now comes somebody else."""
    meeting = threading.Barrier(2)
    read = read_day

    def read_and_wait(*args: Any) -> object:
        day = read(*args)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(10)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(PATIENCE)
        return day

    monkeypatch.setattr(plan_adoption, "read_day", read_and_wait)
    yield meeting


def adopt_while(run: PlanRun, act: Any, monkeypatch: pytest.MonkeyPatch) -> "dict[str, int]":
    """``act`` begins when the adoption holds its locks: without any, it ends first."""
    with read_under_the_lock(monkeypatch) as meeting:

        def racer(n: int) -> None:
            if n == 0:
                plan_runs.work(run.pk, budget=MaxSteps(10_000))
            else:
                meeting.wait(10)
                act()
                with suppress(threading.BrokenBarrierError):
                    meeting.wait(0.1)

        return race(2, racer)


def go_on_leave(person: Staff) -> None:
    from branches.locks import staff_locked

    with locking():
        staff_locked([person.pk])
        start, end = at(9), at(17)
        commitments.promise(staff=person, kind=CommitmentKind.LEAVE, start=start, end=end)


def cancel(visit: HomeVisit) -> None:
    cancel_visit(visit=visit, reason="", asker=by_customer())


def test_without_the_locks_a_cancelled_visit_keeps_two_peoples_time(
    visits: list[HomeVisit], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(town)
    monkeypatch.setattr(plan_adoption, "staff_locked", lambda _pks: [])
    monkeypatch.setattr(plan_adoption, "visit_locked", lambda _pk: None)
    adopt_while(run, lambda: cancel(visits[0]), monkeypatch)
    with pytest.raises(AssertionError):
        prove_everything([])


@pytest.mark.parametrize("act", ["book", "cancel", "leave"])
def test_whoever_comes_while_a_plan_is_adopted_waits_and_finds_it_done(
    visits: list[HomeVisit],
    near: list[Staff],
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
) -> None:
    run = asked(town)
    acts: dict[str, Any] = {
        "book": lambda: book(town, at(10), customer=make_customer(near[0].branch)),
        "cancel": lambda: cancel(visits[0]),
        "leave": lambda: go_on_leave(near[0]),
    }
    ends = adopt_while(run, acts[act], monkeypatch)
    run.refresh_from_db()
    assert run.status == "adopted"
    # The neighbours are needed all day now: whoever wanted to be away then is told so.
    assert ends == ({"won": 1, "staff_busy": 1} if act == "leave" else {"won": 2})
    prove_everything([*town.team, *near])


def adopt_twice(run: PlanRun, monkeypatch: pytest.MonkeyPatch) -> "dict[str, int]":
    """Two workers have found the same plan, and both mean to adopt it."""
    claim, both = plan_runs._claim, threading.Barrier(2)
    adopt = plan_adoption.adopt

    def claim_again(pk: int) -> PlanRun | None:
        return claim(pk) or PlanRun.objects.get(pk=pk)

    def adopt_together(*args: Any) -> None:
        both.wait(10)
        adopt(*args)

    monkeypatch.setattr(plan_runs, "_claim", claim_again)
    monkeypatch.setattr(plan_runs, "adopt", adopt_together)
    return race(2, lambda _n: plan_runs.work(run.pk, budget=MaxSteps(10_000)))


@pytest.mark.parametrize("locks", [True, False])
def test_two_workers_adopt_one_plan_once(
    visits: list[HomeVisit],
    near: list[Staff],
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    locks: bool,
) -> None:
    """Even if every lock were forgotten, the constraint would let one of them through."""
    run = asked(town)
    if not locks:
        monkeypatch.setattr(plan_adoption, "staff_locked", lambda _pks: [])
        monkeypatch.setattr(plan_adoption, "visit_locked", lambda _pk: None)
        monkeypatch.setattr(plan_adoption, "plan_run_locked", lambda pk: PlanRun.objects.get(pk=pk))
    adopt_twice(run, monkeypatch)
    anew = VisitEvent.objects.filter(reason="the day was planned anew")
    assert anew.count() == len(visits)
    assert DayPlanEvent.objects.filter(run=run, to_status="adopted").count() == 1
    live = Commitment.objects.live().filter(kind=CommitmentKind.VISIT)
    assert set(live.values_list("staff", flat=True)) == {person.pk for person in near}
    prove_everything([*town.team, *near])


def test_run_that_is_stopped_while_it_adopts_is_stopped_before_or_not_at_all(
    visits: list[HomeVisit], near: list[Staff], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(town)
    ends = adopt_while(run, lambda: plan_runs.stop(run=run, actor=town.olga), monkeypatch)
    run.refresh_from_db()
    assert (run.status, ends) == ("adopted", {"won": 1, "move_refused": 1})
    prove_everything([*town.team, *near])
