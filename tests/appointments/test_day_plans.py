"""The plan of a day: searched, adopted only when better, true and unchanged; frozen, announced."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from appointments import day_plans, holds, plan_adoption, plan_runs, repair
from appointments.booking import cancel_visit
from appointments.models import DayPlan, DayPlanEvent, HomeVisit, PlanRun, PlanSource, VisitEvent
from appointments.states import PlanRunStatus, VisitStatus
from appointments.visits import is_whole
from branches import commitments
from branches.models import Commitment, CommitmentKind, Staff
from foundation.errors import MoveRefused
from foundation.locks import locking
from planning.stop import MaxSteps
from tests.appointments.day_plan_town import book_in_the_north, make_neighbours
from tests.appointments.prover import prove_everything
from tests.appointments.test_booking import book
from tests.make import (
    TODAY,
    TOMORROW,
    Town,
    at,
    by_customer,
    make_customer,
    make_version,
)
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appointments.tasks.improve_day.delay", lambda _pk: None)


@pytest.fixture
def near(town: Town) -> list[Staff]:
    return make_neighbours(town)


@pytest.fixture
def visits(town: Town, near: list[Staff]) -> list[HomeVisit]:
    return book_in_the_north(town)


def plan_of(town: Town, day: date = TOMORROW) -> DayPlan:
    return day_plans.plan_for(town.region, day)


def improve(
    plan: DayPlan, source: PlanSource = PlanSource.CHANGE, steps: int = 10_000, **more: object
) -> PlanRun:
    run = plan_runs.ask(plan=plan, source=source, **more)  # type: ignore[arg-type]
    done = plan_runs.work(run.pk, budget=MaxSteps(steps))
    assert done is not None
    return done


def rows() -> tuple[list[object], ...]:
    """All that an adoption may touch."""
    return (
        list(HomeVisit.objects.order_by("pk").values()),
        list(Commitment.objects.order_by("pk").values()),
        list(VisitEvent.objects.order_by("pk").values()),
        list(Message.objects.order_by("pk").values("pk", "kind")),
    )


def team(visit: HomeVisit) -> set[Staff]:
    return {member.staff for member in visit.team.all()}


def test_better_plan_is_adopted_whole_and_every_promise_proves_again(
    town: Town, near: list[Staff], visits: list[HomeVisit]
) -> None:
    windows = [visit.window for visit in visits]
    told = Message.objects.count()
    assert all(team(visit) == set(town.team) for visit in visits)

    run = improve(plan_of(town))

    assert run.status == PlanRunStatus.ADOPTED
    assert run.after["travel"] < run.before["travel"] / 2
    assert (run.after["visits"], run.after["unserved"]) == (4, 0)
    assert len(run.changes) == 4
    assert set(run.why) == {str(visit.pk) for visit in visits}
    prove_everything([*town.team, *near])
    for visit, window in zip(visits, windows, strict=True):
        fresh = HomeVisit.objects.get(pk=visit.pk)
        assert (fresh.window, fresh.version) == (window, visit.version + 1)
        assert team(fresh) == set(near)
        assert fresh.branch == near[0].branch
        assert fresh.events.filter(reason="the day was planned anew").count() == 1
    assert Message.objects.count() == told, "nobody had been told names"
    moves = DayPlanEvent.objects.filter(run=run).values_list("to_status", flat=True)
    assert list(moves) == ["waiting", "running", "adopted"]

    before = rows()
    again = improve(plan_of(town))
    assert (again.status, again.before["total"]) == (PlanRunStatus.KEPT, run.after["total"])
    assert rows() == before


def test_what_was_held_and_has_expired_is_in_nobodys_way(
    town: Town, near: list[Staff], visits: list[HomeVisit], clock: time_machine.Traveller
) -> None:
    waiting = make_customer(near[0].branch)
    for window in (at(10), at(12)):
        holds.hold_window(customer=waiting, version=town.version, window_start=window)
        waiting = make_customer(near[0].branch)
    clock.shift(timedelta(minutes=11))
    assert Commitment.objects.expired_holds().count() == 4
    run = improve(plan_of(town))
    assert (run.status, run.outcome) == (PlanRunStatus.ADOPTED, "")
    prove_everything([*town.team, *near])


@pytest.mark.parametrize("meanwhile", ["booked", "cancelled", "on leave", "frozen", "stopped"])
def test_plan_is_not_adopted_when_the_day_is_not_as_it_was(
    town: Town,
    visits: list[HomeVisit],
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: str,
) -> None:
    plan = plan_of(town)
    run = plan_runs.ask(plan=plan, source=PlanSource.CHANGE)

    def on_leave() -> None:
        with locking():
            commitments.promise(
                staff=town.team[0], kind=CommitmentKind.LEAVE, start=at(12, 30), end=at(12, 45)
            )

    act: dict[str, Callable[[], object]] = {
        "booked": lambda: book(town, at(10), customer=make_customer(town.gaoxin)),
        "cancelled": lambda: cancel_visit(visit=visits[3], reason="", asker=by_customer()),
        "on leave": on_leave,
        "frozen": lambda: day_plans.freeze(plan=plan, actor=town.olga),
        "stopped": lambda: plan_runs.stop(run=run, actor=town.olga),
    }
    found = plan_adoption.is_better
    seen: list[tuple[list[object], ...]] = []

    def and_then(*args: object) -> bool:
        better = found(*args)  # type: ignore[arg-type]
        act[meanwhile]()
        seen.append(rows())
        return better

    monkeypatch.setattr(plan_runs, "is_better", and_then)
    done = plan_runs.work(run.pk, budget=MaxSteps(10_000))

    assert done is not None
    ended = PlanRunStatus.CANCELLED if meanwhile == "stopped" else PlanRunStatus.STALE
    assert (done.status, done.found != {}) == (ended, True)
    assert rows() == seen[0]
    monkeypatch.undo()
    if meanwhile != "frozen":
        # What was found is not lost: hardly any step is left, and the plan is the good one.
        monkeypatch.setattr("appointments.tasks.improve_day.delay", lambda _pk: None)
        assert improve(plan, steps=1).status == PlanRunStatus.ADOPTED
        prove_everything(Staff.objects.all())


def test_announced_names_change_only_for_a_high_price_and_never_silently(
    town: Town, near: list[Staff], visits: list[HomeVisit], clock: time_machine.Traveller
) -> None:
    plan = plan_of(town)
    clock.move_to(at(18, day=TODAY))
    act_on_due()
    plan.refresh_from_db()
    assert plan.status == "frozen"
    assert set(HomeVisit.objects.values_list("status", flat=True)) == {VisitStatus.PLANNED}
    assert day_plans.sweep() == 0, "frozen days are left alone"
    with pytest.raises(MoveRefused):
        day_plans.thaw(plan=plan, actor=town.olga)

    before = rows()
    assert improve(plan).status == PlanRunStatus.KEPT, "two names each cost more than the road"
    assert rows() == before

    # One is away: whoever asks for it gets a plan in which the others go, and all are told.
    ill = town.team[0]
    seen = improve(plan, PlanSource.TRIAL, absent=ill, actor=town.olga)
    assert (seen.status, seen.after["unserved"]) == (PlanRunStatus.TRIED, 0)
    assert rows() == before
    assert {line["visit"] for line in seen.changes} == {visit.pk for visit in visits}


def test_on_the_day_what_has_begun_stands_and_the_rest_is_planned_around_it(
    town: Town, near: list[Staff], visits: list[HomeVisit], clock: time_machine.Traveller
) -> None:
    plan = plan_of(town)
    cancel_visit(visit=visits[0], reason="", asker=by_customer())
    first = book(town, at(9))
    clock.move_to(at(9, 40))
    begun = {m.commitment_id: m.commitment.span for m in first.team.select_related("commitment")}

    run = improve(plan, PlanSource.ASKED, actor=town.olga)

    assert (run.status, run.as_of) == (PlanRunStatus.ADOPTED, at(10, 10))
    assert {line["visit"] for line in run.changes} == {visit.pk for visit in visits[1:]}
    assert team(first) == set(town.team)
    assert [team(visit) for visit in visits[1:]] == [set(near)] * 3
    fresh = Commitment.objects.live().in_bulk(begun)
    assert {pk: row.span for pk, row in fresh.items()} == begun
    prove_everything([*town.team, *near])


def test_visit_that_lost_somebody_is_saved_by_moving_another_within_its_window(
    town: Town, near: list[Staff], clock: time_machine.Traveller
) -> None:
    long = make_version(region=town.region, minutes=75)
    first = book(town, at(10), version=long)
    second = book(town, at(11), version=long, customer=make_customer(near[0].branch))
    assert (team(second), second.starts_at) == (set(near), at(11))
    plan_of(town)
    repair.call_in_sick(staff=town.team[0], until=TOMORROW, actor=town.martha)
    assert not is_whole(first), "nobody is free at any minute of its window"
    clock.move_to(at(18, day=TODAY))
    act_on_due()

    assert day_plans.sweep() == 1, "a frozen day is searched for whom it cannot serve"
    run = plan_runs.work(PlanRun.objects.live().get().pk, budget=MaxSteps(10_000))

    assert run is not None
    assert (run.status, run.before["unserved"], run.after["unserved"]) == ("adopted", 1, 0)
    saved, moved = (HomeVisit.objects.get(pk=visit.pk) for visit in (first, second))
    assert is_whole(saved)
    assert {near[0], town.team[1]} == team(saved)
    assert (saved.starts_at, saved.status) == (first.starts_at, VisitStatus.PLANNED)
    assert moved.starts_at == at(12)
    prove_everything([*town.team, *near])
    told = Message.objects.filter(subject=saved.subject, kind="visit_announced")
    assert near[0].name in told.get().body
    asked = DueStep.objects.get(kind="promise_at_risk")
    assert (asked.status, asked.outcome) == ("skipped", "the day was planned anew")


def test_day_is_searched_after_changes_and_at_night_and_rests_in_between(
    town: Town, visits: list[HomeVisit], clock: time_machine.Traveller
) -> None:
    assert day_plans.sweep() == 1
    assert day_plans.sweep() == 0, "it waits for its turn"
    run = PlanRun.objects.get()
    assert (run.source, run.plan.day, run.seconds) == (PlanSource.CHANGE, TOMORROW, 1)
    plan_runs.work(run.pk, budget=MaxSteps(10_000))
    clock.shift(timedelta(minutes=6))
    assert day_plans.sweep() == 0, "our own changes are none"
    cancel_visit(visit=visits[0], reason="", asker=by_customer())
    assert day_plans.sweep() == 1

    # Its worker dies; after a while the next one takes over.
    lost = PlanRun.objects.live().get()
    PlanRun.objects.filter(pk=lost.pk).update(status="running", began_at=at(9, 40, TODAY))
    clock.shift(timedelta(minutes=10))
    assert day_plans.sweep() == 0
    lost.refresh_from_db()
    assert (lost.status, lost.outcome) == (PlanRunStatus.FAILED, "its worker is gone")
    clock.shift(timedelta(minutes=6))
    assert day_plans.sweep() == 1

    assert plan_runs.forget_old() == 0
    clock.shift(timedelta(days=31))
    assert plan_runs.forget_old() == 1
    run.refresh_from_db()
    assert (run.found, run.why, run.after["visits"]) == ({}, {}, 4)


def test_officer_announces_a_day_before_its_evening(town: Town, visits: list[HomeVisit]) -> None:
    plan = plan_of(town)
    day_plans.freeze(plan=plan, actor=town.olga)
    day_plans.thaw(plan=plan, actor=town.olga)
    assert day_plans.publish(plan=plan, actor=town.olga) == 4
    assert day_plans.publish(plan=plan, actor=town.olga) == 0
    assert Message.objects.filter(kind="visit_announced").count() == 4
    assert set(HomeVisit.objects.values_list("status", flat=True)) == {VisitStatus.PLANNED}
    steps = DueStep.objects.filter(kind="announce_team")
    assert set(steps.values_list("status", flat=True)) == {"skipped"}
    plan.refresh_from_db()
    events = plan.events.filter(run=None).values_list("to_status", "actor__username")
    assert [status for status, _who in events] == ["frozen", "open", "frozen"]


def test_command_prints_what_a_day_costs_before_and_after(
    town: Town, visits: list[HomeVisit]
) -> None:
    def printed(*args: str) -> list[str]:
        out = StringIO()
        call_command("plan_day", f"--region={town.region.code}", *args, stdout=out)
        return out.getvalue().splitlines()

    before = rows()
    dry = printed(f"--date={TOMORROW}", "--seconds=1", "--dry")
    assert dry[0] == f"{town.region.code} {TOMORROW}, 1 s: dry run"
    assert dry[2].split() == ["visits", "served", "4", "4"]
    words, was, now = dry[4].rsplit(maxsplit=3)[:3]
    assert words == "minutes on the road"
    assert float(now) < float(was)
    assert (rows(), PlanRun.objects.count()) == (before, 0)
    with pytest.raises(CommandError):
        printed("--region=nowhere")
