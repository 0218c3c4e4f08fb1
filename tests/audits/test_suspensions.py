"""A demonstration branch loses its sign only by a named officer's decision, with grounds."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from accounts.roles import Role
from audits import queries, suspensions
from audits.models import Suspension, SuspensionEvent
from audits.states import ImprovementStatus
from audits.suspensions import AlreadyDrafted, NotDue, StillDue
from branches import demonstration
from branches.states import DemonstrationStatus
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.audits.make import bring_to, make_improvement, make_world
from tests.make import MORNING, make_branch, make_user

pytestmark = pytest.mark.django_db
LATE = MORNING + timedelta(days=8)  # the deadline was the day before


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def test_draft_decision_and_lifting(morning: time_machine.Traveller) -> None:
    world = make_world()
    row = make_improvement(world)
    assert not queries.to_suspend(world.olga).exists()
    with pytest.raises(NotDue):
        suspensions.draft(branch=world.branch, actor=world.olga)

    morning.move_to(LATE)
    assert queries.to_suspend(world.olga).get() == world.branch
    drafted = suspensions.draft(branch=world.branch, actor=world.olga)
    assert "1. Y1 门净宽（期限 2026-12-02，已逾期 1 天）" in drafted.letter_zh
    assert "1. Y1 Door width (Y1) (deadline 2026-12-02, 1 days late)" in drafted.letter_en
    assert not Suspension.objects.in_force().exists()

    boss = make_user(Role.OFFICER, region=world.region)
    done = suspensions.decide(suspension=drafted, reason="unsafe door", actor=boss)
    assert (done.status, done.decided_by) == ("in_force", boss)
    event = done.events.last()
    assert event is not None
    assert event.snapshot["improvements"] == [str(row.public_id)]
    assert not queries.to_suspend(world.olga).exists()
    visible = Suspension.objects.for_user(world.martha, Permission.VIEW_AUDIT)
    assert visible.get() == done

    with pytest.raises(StillDue):
        suspensions.lift(suspension=done, reason="promised", actor=boss)
    bring_to(row, ImprovementStatus.CLOSED, world)
    assert suspensions.lift(suspension=done, reason="fixed", actor=boss).status == "lifted"
    world.branch.refresh_from_db()
    assert world.branch.kind == "demonstration"


def test_the_sign_in_the_register_goes_with_the_decision(
    morning: time_machine.Traveller,
) -> None:
    world = make_world()
    row = make_improvement(world)
    sign = demonstration.register_granted(
        branch=world.branch, on=MORNING.date(), reason="article", actor=world.olga
    )
    morning.move_to(LATE)
    drafted = suspensions.draft(branch=world.branch, actor=world.olga)
    sign.refresh_from_db()
    assert sign.status == DemonstrationStatus.GRANTED
    done = suspensions.decide(suspension=drafted, reason="unsafe door", actor=world.olga)
    sign.refresh_from_db()
    assert sign.status == DemonstrationStatus.SUSPENDED
    bring_to(row, ImprovementStatus.CLOSED, world)
    suspensions.lift(suspension=done, reason="fixed", actor=world.olga)
    sign.refresh_from_db()
    assert sign.status == DemonstrationStatus.GRANTED
    reasons = sign.events.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["article", "unsafe door", "fixed"]


def test_put_right_before_the_decision(morning: time_machine.Traveller) -> None:
    world = make_world()
    row = make_improvement(world)
    morning.move_to(LATE)
    drafted = suspensions.draft(branch=world.branch, actor=world.olga)
    with pytest.raises(AlreadyDrafted):
        suspensions.draft(branch=world.branch, actor=world.olga)
    bring_to(row, ImprovementStatus.CLOSED, world)
    with pytest.raises(NotDue):
        suspensions.decide(suspension=drafted, reason="late", actor=world.olga)
    drafted.refresh_from_db()
    assert (drafted.status, drafted.decided_by) == ("draft", None)
    dropped = suspensions.drop(suspension=drafted, reason="put right", actor=world.olga)
    assert dropped.status == "dropped"
    with pytest.raises(MoveRefused):
        suspensions.lift(suspension=dropped, reason="x", actor=world.olga)
    assert SuspensionEvent.objects.count() == 2


def test_not_for_ordinary_branches_minor_findings_or_other_roles(
    morning: time_machine.Traveller,
) -> None:
    world = make_world()
    make_improvement(world, "Y2")
    morning.move_to(LATE + timedelta(days=60))
    with pytest.raises(NotDue):
        suspensions.draft(branch=world.branch, actor=world.olga)
    make_improvement(world, "Y1")
    morning.move_to(LATE + timedelta(days=120))
    foreign = make_user(Role.OFFICER, region=make_branch().region)
    for actor in (world.martha, world.rita, foreign):
        with pytest.raises(NotAllowed):
            suspensions.draft(branch=world.branch, actor=actor)
    world.branch.kind = "ordinary"
    world.branch.save()
    with pytest.raises(NotDue):
        suspensions.draft(branch=world.branch, actor=world.olga)
    assert not Suspension.objects.exists()


def test_a_decision_has_a_reason_and_a_name(morning: time_machine.Traveller) -> None:
    world = make_world()
    make_improvement(world)
    morning.move_to(LATE)
    drafted = suspensions.draft(branch=world.branch, actor=world.olga)
    for act in (suspensions.decide, suspensions.drop, suspensions.lift):
        with pytest.raises(InvalidInput):
            act(suspension=drafted, reason=" ", actor=world.olga)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.update(status="in_force")
