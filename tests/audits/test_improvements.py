"""From the finding to the re-check: who, in which order, with what on record, and until when."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.roles import Role
from audits import findings, improvements
from audits.improvements import SameHands
from audits.models import Improvement, ImprovementEvent
from audits.states import IMPROVEMENT_MOVES, ImprovementStatus
from audits.timetable import working_days_before
from branches.models import CalendarDay
from foundation import clock
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.audits.make import (
    World,
    bring_to,
    make_improvement,
    make_world,
    show,
)
from tests.make import MORNING, make_branch, make_user
from workflow import due_steps
from workflow.models import DueStep

pytestmark = pytest.mark.django_db
S = ImprovementStatus


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    """Wednesday 2026-11-25, half past nine, with time passing."""
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def acts(row: Improvement, world: World) -> dict[S, Callable[[], Any]]:
    """The act that leads to each status, by who may do it."""
    return {
        S.ANALYSED: lambda: improvements.analyse(
            improvement=row, analysis="cause", actor=world.martha
        ),
        S.MEASURES_SET: lambda: improvements.set_measures(
            improvement=row, measures="measure", owner=world.alice, actor=world.martha
        ),
        S.FIXED: lambda: improvements.report_fixed(
            improvement=row, words="done", evidence=show(row, world.alice), actor=world.alice
        ),
        S.RECHECK: lambda: improvements.begin_recheck(improvement=row, actor=world.olga),
        S.CLOSED: lambda: improvements.close(
            improvement=row, words="seen", evidence=show(row, world.olga), actor=world.olga
        ),
    }


def test_the_whole_way() -> None:
    world = make_world()
    row = make_improvement(world)
    # A must-have: critical, five working days from Wednesday the 25th.
    assert (row.finding.severity, row.finding.must_have) == ("critical", True)
    assert row.deadline == date(2026, 12, 2)
    done = bring_to(row, S.CLOSED, world)
    assert [(e.from_status, e.to_status, e.actor) for e in done.events.all()] == [
        ("", "open", world.rita),
        ("open", "analysed", world.martha),
        ("analysed", "measures_set", world.martha),
        ("measures_set", "fixed", world.alice),
        ("fixed", "recheck", world.olga),
        ("recheck", "closed", world.olga),
    ]
    assert (done.owner, done.fixed_by, done.rechecked_by) == (world.alice, world.alice, world.olga)
    assert done.recheck_evidence is not None
    assert done.recheck_evidence.words == "measured 900 mm"


@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("to", [s for s in S if s != S.OPEN])
def test_every_move_that_is_not_in_the_table_is_refused(status: S, to: S) -> None:
    world = make_world()
    row = bring_to(make_improvement(world), status, world)
    before = ImprovementEvent.objects.count()
    # ANALYSED is also where a failed re-check leads, but by another act.
    allowed = IMPROVEMENT_MOVES.allows(status, to) and (status, to) != (S.RECHECK, S.ANALYSED)
    if allowed:
        assert acts(row, world)[to]().status == to
        return
    if (status, to) == (S.RECHECK, S.ANALYSED):
        sent = improvements.send_back(improvement=row, words="still loose", actor=world.olga)
        assert sent.status == S.ANALYSED
        return
    with pytest.raises(MoveRefused):
        acts(row, world)[to]()
    row.refresh_from_db()
    assert (row.status, ImprovementEvent.objects.count()) == (status, before)


def test_a_failed_recheck_goes_back_to_the_analysis_and_counts() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.RECHECK, world)
    deadline = row.deadline
    for times in (1, 2):
        row = improvements.send_back(improvement=row, words="still loose", actor=world.olga)
        assert (row.status, row.failed_rechecks, row.fixed_by) == ("analysed", times, None)
        assert row.deadline == deadline
        row = bring_to_again(row, world)
    assert bring_to(row, S.RECHECK, world).failed_rechecks == 2
    fixers = [e.snapshot["by"] for e in row.events.filter(to_status="fixed")]
    assert fixers == [world.alice.full_name] * 3


def bring_to_again(row: Improvement, world: World) -> Improvement:
    for status in (S.MEASURES_SET, S.FIXED, S.RECHECK):
        row = acts(row, world)[status]()
    return row


def test_who_fixed_it_does_not_recheck_it() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.MEASURES_SET, world)
    boss = make_user(Role.ADMINISTRATOR)
    row = improvements.report_fixed(
        improvement=row, words="done", evidence=show(row, boss), actor=boss
    )
    with pytest.raises(SameHands):
        improvements.begin_recheck(improvement=row, actor=boss)
    row = improvements.begin_recheck(improvement=row, actor=world.olga)
    evidence = show(row, boss)
    with pytest.raises(SameHands):
        improvements.close(improvement=row, words="fine", evidence=evidence, actor=boss)
    with pytest.raises(SameHands):
        improvements.send_back(improvement=row, words="no", actor=boss)
    row.refresh_from_db()
    assert (row.status, row.failed_rechecks) == ("recheck", 0)


def test_the_database_holds_the_four_eyes_and_the_evidence() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.CLOSED, world)
    rows = Improvement.objects.filter(pk=row.pk)
    for change in (
        {"rechecked_by": world.alice},
        {"recheck_evidence": None},
        {"rechecked_by": None},
        {"fix_evidence": None},
        {"fixed_by": world.olga},
        {"status": "done"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_evidence_of_the_recheck_is_the_recheckers_own_and_new() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.FIXED, world)
    before_the_fix = show(row, world.olga)
    row.refresh_from_db()
    Improvement.objects.filter(pk=row.pk).update(fixed_at=clock.now() + timedelta(seconds=5))
    row = improvements.begin_recheck(improvement=row, actor=world.olga)
    other = make_improvement(world, "Y2")
    assert row.fix_evidence is not None
    for evidence in (row.fix_evidence, before_the_fix, show(other, world.olga)):
        with pytest.raises(InvalidInput) as refusal:
            improvements.close(improvement=row, words="fine", evidence=evidence, actor=world.olga)
        assert list(refusal.value.fields) == ["evidence"]
    row.refresh_from_db()
    assert row.status == S.RECHECK


def test_roles_and_scope() -> None:
    world = make_world()
    row = make_improvement(world)
    stranger = make_user(Role.MANAGER, branches=[make_branch(world.region)])
    for actor in (world.alice, world.rita, stranger):
        with pytest.raises(NotAllowed):
            improvements.analyse(improvement=row, analysis="cause", actor=actor)
    row = bring_to(row, S.FIXED, world)
    foreign = make_user(Role.OFFICER, region=make_branch().region)
    for actor in (world.martha, world.alice, foreign):
        with pytest.raises(NotAllowed):
            improvements.begin_recheck(improvement=row, actor=actor)
    with pytest.raises(NotAllowed):
        improvements.extend(
            improvement=row, deadline=date(2026, 12, 9), reason="rain", actor=world.martha
        )


def test_the_owner_works_in_the_branch_and_something_is_said() -> None:
    world = make_world()
    row = make_improvement(world)
    with pytest.raises(InvalidInput) as refusal:
        improvements.analyse(improvement=row, analysis="  ", actor=world.martha)
    assert list(refusal.value.fields) == ["analysis"]
    row = bring_to(row, S.ANALYSED, world)
    with pytest.raises(InvalidInput) as refusal:
        improvements.set_measures(
            improvement=row, measures="move it", owner=world.olga, actor=world.martha
        )
    assert list(refusal.value.fields) == ["owner"]
    row = improvements.assign(improvement=row, owner=world.martha, actor=world.olga)
    assert row.owner == world.martha


# --- deadlines and what happens by itself ------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "severity", "deadline"),
    [
        ("Y1", "critical", date(2026, 12, 2)),  # 5 working days
        ("X1", "major", date(2026, 12, 16)),  # 15: named by a demonstration branch's own grade
        ("Y2", "minor", date(2027, 1, 6)),  # 30 weekdays: 2027 is not announced yet
    ],
)
def test_the_deadline_follows_the_severity(code: str, severity: str, deadline: date) -> None:
    row = make_improvement(make_world(), code)
    assert (row.finding.severity, row.deadline) == (severity, deadline)
    assert findings.deadline_is_announced(row.deadline) == (deadline.year == 2026)


def test_a_deadline_passes_over_a_holiday() -> None:
    CalendarDay.objects.create(day=date(2026, 12, 1), is_working=False, reason="snow")
    assert make_improvement(make_world()).deadline == date(2026, 12, 3)


def steps(row: Improvement) -> list[tuple[str, date, str, str]]:
    rows = DueStep.objects.filter(subject=row.subject).order_by("due_at", "pk")
    return [(s.kind, s.due_at.date(), s.status, s.outcome) for s in rows]


def test_the_branch_is_reminded_then_chased_then_the_region_is_told(
    morning: time_machine.Traveller,
) -> None:
    row = make_improvement(make_world())
    assert steps(row) == [
        ("improvement_remind", date(2026, 11, 30), "waiting", ""),
        ("improvement_overdue", date(2026, 12, 3), "waiting", ""),
        ("improvement_escalate", date(2026, 12, 9), "waiting", ""),
    ]
    assert due_steps.act_on_due() == 0
    morning.move_to(MORNING + timedelta(days=20))
    assert due_steps.act_on_due() == 3
    assert [(kind, status, said) for kind, _day, status, said in steps(row)] == [
        ("improvement_remind", "open", "the deadline is near"),
        ("improvement_overdue", "open", "past its deadline"),
        ("improvement_escalate", "open", "escalated to the region: still open"),
    ]
    assert due_steps.act_on_due() == 0


def test_nobody_is_chased_for_what_is_fixed_but_the_region_is_asked_to_look(
    morning: time_machine.Traveller,
) -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.FIXED, world)
    morning.move_to(MORNING + timedelta(days=7, hours=1))
    due_steps.act_on_due()
    assert [(kind, status) for kind, _day, status, _said in steps(row)] == [
        ("improvement_remind", "skipped"),
        ("improvement_recheck", "open"),
        ("improvement_overdue", "waiting"),
        ("improvement_escalate", "waiting"),
    ]
    bring_to(row, S.CLOSED, world)
    morning.move_to(MORNING + timedelta(days=30))
    due_steps.act_on_due()
    assert [(kind, said) for kind, _day, status, said in steps(row) if status == "skipped"] == [
        ("improvement_remind", "the branch has done its part: fixed"),
        ("improvement_overdue", "the branch has done its part: closed"),
        ("improvement_escalate", "closed"),
    ]


def test_more_time_is_on_record_and_the_old_steps_fall_silent(
    morning: time_machine.Traveller,
) -> None:
    world = make_world()
    row = make_improvement(world)
    row = improvements.extend(
        improvement=row, deadline=date(2026, 12, 9), reason="frost", actor=world.olga
    )
    assert (row.deadline, row.extensions) == (date(2026, 12, 9), 1)
    event = row.events.last()
    assert event is not None
    assert (event.reason, event.snapshot["from"], event.snapshot["to"]) == (
        "frost",
        "2026-12-02",
        "2026-12-09",
    )
    morning.move_to(MORNING + timedelta(days=9))
    due_steps.act_on_due()
    assert [(kind, status, said) for kind, _d, status, said in steps(row) if said] == [
        ("improvement_remind", "skipped", "the deadline has moved"),
        ("improvement_overdue", "skipped", "the deadline has moved"),
    ]


@pytest.mark.parametrize(
    ("deadline", "data"),
    [
        (date(2026, 12, 2), {}),
        (date(2026, 11, 20), {}),
        (date(2026, 12, 5), {"next_working_day": "2026-12-07"}),
    ],
)
def test_a_deadline_that_cannot_be(deadline: date, data: dict[str, str]) -> None:
    world = make_world()
    row = make_improvement(world)
    with pytest.raises(InvalidInput) as refusal:
        improvements.extend(improvement=row, deadline=deadline, reason="frost", actor=world.olga)
    assert refusal.value.data == data
    row.refresh_from_db()
    assert (row.deadline, row.extensions, row.events.count()) == (date(2026, 12, 2), 0, 1)


def test_what_is_closed_has_no_deadline_to_extend() -> None:
    world = make_world()
    row = bring_to(make_improvement(world), S.CLOSED, world)
    with pytest.raises(MoveRefused):
        improvements.extend(
            improvement=row, deadline=date(2026, 12, 9), reason="frost", actor=world.olga
        )


def test_two_working_days_before() -> None:
    assert working_days_before(date(2026, 12, 2), 2) == date(2026, 11, 30)
    assert working_days_before(date(2026, 11, 30), 2) == date(2026, 11, 26)  # over a weekend
