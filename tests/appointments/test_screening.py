"""The branch manager's yes or no, and what follows from it."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from appointments import screening
from appointments.availability import demand_for, next_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from appointments.states import DeclineReason, VisitStatus
from eldercare.models.service import Risk
from foundation.errors import MoveRefused
from tests import make
from workflow import due_steps
from workflow.models import DueStep, Message
from workflow.states import StepStatus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def risky_visit() -> HomeVisit:
    branch = make.make_branch()
    make.make_staff(branch)
    customer = make.make_customer(branch)
    version = make.make_version(risk=Risk.HIGH)
    with time_machine.travel(make.MORNING, tick=False):
        [first, *_rest] = next_windows(branch, demand_for(customer, version))
        return book_visit(
            customer=customer,
            version=version,
            window_start=first.start,
            key=make.new_key(),
            asker=make.by_customer(),
        )


def manager_of(visit: HomeVisit) -> User:
    return make.make_user(Role.MANAGER, branches=[visit.branch])


def step(visit: HomeVisit, kind: str) -> DueStep:
    return DueStep.objects.get(subject=visit.subject, kind=kind)


def test_a_yes_on_the_evening_before_still_has_the_team_announced(risky_visit: HomeVisit) -> None:
    assert risky_visit.status == VisitStatus.REQUESTED
    assert not DueStep.objects.filter(kind="announce_team").exists()
    late = risky_visit.window.lower - timedelta(hours=1)
    with time_machine.travel(late, tick=False):
        screening.approve(visit=risky_visit, actor=manager_of(risky_visit))
        due_steps.act_on_due()
    risky_visit.refresh_from_db()
    assert risky_visit.status == VisitStatus.PLANNED
    assert step(risky_visit, "announce_team").status == StepStatus.DONE
    kinds = Message.objects.filter(subject=risky_visit.subject).values_list("kind", flat=True)
    assert list(kinds) == ["visit_booked", "visit_approved", "visit_announced"]


def test_a_request_without_answer_is_put_before_a_person_before_the_visit(
    risky_visit: HomeVisit,
) -> None:
    overdue = step(risky_visit, "approval_overdue")
    assert overdue.due_at < risky_visit.window.lower
    with time_machine.travel(overdue.due_at, tick=False):
        due_steps.act_on_due()
    overdue.refresh_from_db()
    assert (overdue.status, overdue.outcome) == (StepStatus.OPEN, "the visit is requested")


def test_a_no_frees_the_team_and_says_what_else_can_be_done(risky_visit: HomeVisit) -> None:
    [reason, *_] = DeclineReason
    with time_machine.travel(make.MORNING, tick=False):
        screening.decline(visit=risky_visit, reason=reason, actor=manager_of(risky_visit))
    risky_visit.refresh_from_db()
    assert risky_visit.status == VisitStatus.DECLINED
    assert all(m.commitment.released_at for m in risky_visit.team.all())
    assert Message.objects.filter(kind="visit_declined").count() == 1


def test_a_second_answer_changes_nothing(risky_visit: HomeVisit) -> None:
    [reason, *_] = DeclineReason
    with time_machine.travel(make.MORNING, tick=False):
        screening.approve(visit=risky_visit, actor=manager_of(risky_visit))
        with pytest.raises(MoveRefused):
            screening.decline(visit=risky_visit, reason=reason, actor=manager_of(risky_visit))
    risky_visit.refresh_from_db()
    assert risky_visit.status == VisitStatus.APPROVED
    assert all(m.commitment.released_at is None for m in risky_visit.team.all())
    assert not Message.objects.filter(kind="visit_declined").exists()
