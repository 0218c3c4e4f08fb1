"""What happens by itself around a visit, and what is put before a person."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from appointments import booking, visits
from appointments.availability import demand_for, open_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from appointments.states import VisitStatus
from eldercare.models import ServiceVersion
from foundation import clock
from tests import make
from workflow import due_steps, outbox
from workflow.models import DueStep, Message
from workflow.states import StepStatus

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


class Scene:
    """A visit tomorrow at the first open window, and the people who make it."""

    def __init__(self, moment: time_machine.Traveller) -> None:
        self.moment = moment
        self.branch = make.make_branch()
        make.make_staff(self.branch)
        self.version = make.make_version()
        self.actor: User = make.make_user(branches=[self.branch])
        self.visit = self.book(self.version)

    def book(self, version: ServiceVersion) -> HomeVisit:
        customer = make.make_customer(self.branch)
        [answer] = open_windows(self.branch, demand_for(customer, version), [make.TOMORROW])
        return book_visit(
            customer=customer,
            version=version,
            window_start=answer.windows[0].start,
            key=make.new_key(),
            asker=make.by_customer(),
        )

    def wait_until(self, moment: datetime) -> None:
        while clock.now() < moment:
            self.moment.move_to(min(moment, clock.now() + timedelta(minutes=30)))
            due_steps.act_on_due()
            outbox.sweep()

    def begin_service(self) -> None:
        self.wait_until(self.visit.window.lower)
        visits.set_off(visit=self.visit, actor=self.actor)
        visits.arrive(visit=self.visit, actor=self.actor)
        visits.enter_code(visit=self.visit, said=self.visit.customer_code, actor=self.actor)

    def outcome(self, kind: str) -> tuple[str, str]:
        step = DueStep.objects.get(subject=self.visit.subject, kind=kind)
        return step.status, step.outcome

    def due_at(self, kind: str) -> datetime:
        return DueStep.objects.get(subject=self.visit.subject, kind=kind).due_at

    def told(self) -> list[str]:
        rows = Message.objects.filter(subject=self.visit.subject)
        return list(rows.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield Scene(moment)


def test_the_times_are_those_that_were_promised(scene: Scene) -> None:
    visit = scene.visit
    spans = [member.commitment.span for member in visit.team.all()]
    assert {kind: scene.due_at(kind) for kind in kinds(visit)} == {
        "announce_team": make.at(18, day=make.TODAY),
        "visit_reminder": visit.window.lower - timedelta(hours=2),
        "nobody_set_off": min(span.lower for span in spans) + 10 * MINUTE,
        "nobody_at_the_door": visit.starts_at + 15 * MINUTE,
        "visit_overruns": max(span.upper for span in spans) + 10 * MINUTE,
        # 26 November is a Thursday.
        "follow_up_call": make.at(10, day=make.TOMORROW + timedelta(days=1)),
    }


def team(visit: HomeVisit) -> set[int]:
    return {member.staff_id for member in visit.team.all()}


def kinds(visit: HomeVisit) -> set[str]:
    return set(DueStep.objects.filter(subject=visit.subject).values_list("kind", flat=True))


def test_the_customer_hears_three_times_before_the_door(scene: Scene) -> None:
    scene.wait_until(scene.visit.window.lower)
    assert scene.told() == ["visit_booked", "visit_announced", "visit_reminder"]
    last = Message.objects.get(subject=scene.visit.subject, kind="visit_reminder")
    assert scene.visit.staff_code in last.body
    assert scene.visit.customer_code in last.body


def test_a_team_that_stays_in_the_branch_is_put_before_a_person_twice(scene: Scene) -> None:
    scene.wait_until(scene.visit.starts_at + 15 * MINUTE)
    assert scene.outcome("nobody_set_off") == (StepStatus.OPEN, "the visit is planned")
    assert scene.outcome("nobody_at_the_door") == (StepStatus.OPEN, "the visit is planned")


def test_what_was_asked_is_off_the_desk_once_it_is_answered(scene: Scene) -> None:
    scene.wait_until(scene.due_at("nobody_set_off"))
    assert scene.outcome("nobody_set_off")[0] == StepStatus.OPEN
    visits.set_off(visit=scene.visit, actor=scene.actor)
    assert scene.outcome("nobody_set_off") == (StepStatus.SKIPPED, "the visit is on_the_way")
    assert scene.outcome("nobody_at_the_door")[0] == StepStatus.WAITING


def test_a_visit_that_goes_well_troubles_nobody_but_for_the_call_after(scene: Scene) -> None:
    scene.begin_service()
    visits.finish(visit=scene.visit, words="done", actor=scene.actor)
    scene.wait_until(scene.due_at("follow_up_call"))
    for kind in ("nobody_set_off", "nobody_at_the_door", "visit_overruns"):
        assert scene.outcome(kind) == (StepStatus.SKIPPED, "the visit is done")
    assert scene.outcome("follow_up_call") == (StepStatus.OPEN, "the visit is done")


def test_when_a_visit_overruns_the_next_customer_is_told_once(scene: Scene) -> None:
    following = scene.book(scene.version)
    assert {m.staff_id for m in following.team.all()} == {
        m.staff_id for m in scene.visit.team.all()
    }
    scene.begin_service()
    scene.wait_until(scene.due_at("visit_overruns"))
    assert scene.outcome("visit_overruns") == (
        StepStatus.OPEN,
        "1 told that we are running late",
    )
    late = Message.objects.get(kind="visit_running_late")
    assert late.subject == following.subject


def test_a_cancelled_visit_leaves_nothing_to_do(scene: Scene) -> None:
    booking.cancel_visit(visit=scene.visit, reason="", asker=make.by_customer())
    scene.wait_until(scene.visit.window.upper + timedelta(days=5))
    assert {scene.outcome(kind)[0] for kind in kinds(scene.visit)} == {StepStatus.SKIPPED}
    assert scene.told() == ["visit_booked", "visit_cancelled"]


def test_a_reminder_whose_time_has_passed_is_not_hurried_after() -> None:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        branch = make.make_branch()
        make.make_staff(branch)
        customer, version = make.make_customer(branch), make.make_version()
        [today] = open_windows(branch, demand_for(customer, version), [make.TODAY])
        visit = book_visit(
            customer=customer,
            version=version,
            window_start=today.windows[0].start,
            key=make.new_key(),
            asker=make.by_customer(),
        )
        assert timezone.localtime(visit.window.lower).hour == 11
        assert "visit_reminder" not in kinds(visit)
        moment.shift(1)
        due_steps.act_on_due()
    visit.refresh_from_db()
    assert visit.status == VisitStatus.PLANNED


def test_a_step_goes_by_its_visits_version_and_not_by_what_it_was_told_first(scene: Scene) -> None:
    """The minute moves while the step is under way: it waits on, for the minute that holds now."""
    visit = scene.visit
    before = scene.due_at("nobody_at_the_door")
    scene.wait_until(before - MINUTE)
    HomeVisit.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at + 30 * MINUTE, version=F("version") + 1
    )
    scene.wait_until(before)
    assert scene.outcome("nobody_at_the_door")[0] == StepStatus.WAITING
    assert scene.due_at("nobody_at_the_door") == before + 30 * MINUTE
    scene.wait_until(before + 30 * MINUTE)
    assert scene.outcome("nobody_at_the_door") == (StepStatus.OPEN, "the visit is planned")


def test_after_an_outage_nobody_is_reminded_of_what_has_begun(scene: Scene) -> None:
    late = (StepStatus.SKIPPED, "its lead time has passed")
    unannounced = scene.book(scene.version)
    scene.wait_until(scene.due_at("announce_team"))
    DueStep.objects.filter(subject=unannounced.subject, kind="announce_team").update(
        status=StepStatus.WAITING
    )
    HomeVisit.objects.filter(pk=unannounced.pk).update(status=VisitStatus.APPROVED)
    scene.moment.move_to(max(scene.visit.window.upper, unannounced.window.upper))
    due_steps.act_on_due()
    assert scene.outcome("visit_reminder") == late
    assert scene.told() == ["visit_booked", "visit_announced"]
    step = DueStep.objects.get(subject=unannounced.subject, kind="announce_team")
    assert (step.status, step.outcome) == late


def test_a_clock_that_goes_back_repeats_and_forgets_nothing(scene: Scene) -> None:
    scene.wait_until(scene.due_at("visit_reminder"))
    scene.moment.move_to(make.MORNING)
    for _tick in range(2):
        due_steps.act_on_due()
        outbox.sweep()
    scene.wait_until(scene.visit.window.lower)
    assert scene.told() == ["visit_booked", "visit_announced", "visit_reminder"]
    scene.wait_until(scene.due_at("nobody_at_the_door"))
    assert scene.outcome("nobody_at_the_door") == (StepStatus.OPEN, "the visit is planned")


def test_two_messages_are_never_sent_where_one_will_do() -> None:
    """Booked late in the evening for the next morning: who comes is said at eight, and once."""
    late = make.at(22, day=make.TODAY)
    with time_machine.travel(late, tick=False) as moment:
        scene = Scene(moment)
        scene.wait_until(scene.visit.window.lower)
        assert scene.told() == ["visit_booked", "visit_announced"]
        assert scene.outcome("visit_reminder")[0] == StepStatus.SKIPPED
        announced = Message.objects.get(kind="visit_announced")
        assert announced.next_try_at == make.at(8)
