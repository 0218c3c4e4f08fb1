"""Somebody is suddenly away, or a visit takes longer: kept by others, or spoken about."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import escort_times, repair, visits
from appointments.models import HomeVisit
from appointments.repair import Ending, NotAsShown, Repair, call_in_sick, look
from appointments.visits import TeamIncomplete
from branches import commitments, leave
from branches.leave import LeaveOverlaps
from branches.models import Commitment, CommitmentKind, Leave, Staff
from eldercare.models import Escort
from foundation.errors import InvalidInput, MoveRefused
from foundation.locks import locking
from tests import make
from tests.appointments.test_booking import book
from tests.appointments.test_proof import Branchful, check_day, check_visit
from tests.appointments.test_restaffing import handler, spare, team
from tests.appointments.test_visits import announce, at_the_door, enter, set_off
from tests.make import TOMORROW, Town, at, by_customer, make_customer, make_staff, make_town
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message
from workflow.states import StepStatus

pytestmark = pytest.mark.django_db
EARLY = at(8, 30)


@pytest.fixture
def town(db: None, clock: time_machine.Traveller) -> Town:
    """Four people, of whom two may handle business."""
    return make_town(staff=4)


def fresh(visit: HomeVisit) -> HomeVisit:
    return HomeVisit.objects.get(pk=visit.pk)


def announced_visit(town: Town, clock: time_machine.Traveller) -> HomeVisit:
    """A visit tomorrow at ten whose team the customer knows; it is tomorrow, half past eight."""
    visit = book(town)
    announce(clock)
    clock.move_to(EARLY)
    return fresh(visit)


def ill(town: Town, person: Staff) -> Repair:
    return call_in_sick(staff=person, until=TOMORROW, actor=town.martha)


def errand(person: Staff, start: int, end: int) -> None:
    with locking():
        commitments.promise(staff=person, kind=CommitmentKind.TALK, start=at(start), end=at(end))


def busy_all_day(town: Town, visit: HomeVisit) -> Staff:
    """The one colleague who could step in has no time."""
    [able] = [person for person in spare(town, visit) if person.can_handle]
    errand(able, 9, 17)
    return able


def free_again(person: Staff) -> None:
    with locking():
        for row in Commitment.objects.live().filter(staff=person):
            commitments.release(row)


def told(visit: HomeVisit) -> list[str]:
    rows = Message.objects.filter(subject=visit.subject).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def asked(kind: str = "promise_at_risk") -> list[DueStep]:
    return list(DueStep.objects.filter(kind=kind, status=StepStatus.OPEN))


def test_colleague_steps_in_at_the_same_minute_and_the_customer_hears_the_name(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = announced_visit(town, clock)
    sick = handler(visit)
    [other] = team(visit) - {sick}
    [able] = [person for person in spare(town, visit) if person.can_handle]
    [done] = ill(town, sick).promises
    assert (done.ending, done.moved, done.new_faces) == (Ending.GIVEN, False, (able,))
    assert team(visit) == {able, other}
    now = fresh(visit)
    assert (now.starts_at, now.window, now.status) == (visit.starts_at, visit.window, "planned")
    assert told(visit) == ["visit_booked", "visit_announced", "visit_announced"]
    last = Message.objects.filter(subject=visit.subject).latest("pk")
    assert able.name in last.body
    assert sick.name not in last.body
    assert asked() == []
    away = Commitment.objects.live().get(staff=sick)
    assert (away.kind, away.span.lower, away.span.upper) == (
        "leave",
        EARLY,
        at(0, day=TOMORROW + timedelta(days=1)),
    )
    assert Leave.objects.get().status == "approved"


def test_who_gave_a_promise_away_keeps_no_door(town: Town, clock: time_machine.Traveller) -> None:
    visit = announced_visit(town, clock)
    [old] = Commitment.objects.filter(staff=handler(visit))
    ill(town, handler(visit))
    old.refresh_from_db()
    assert (old.latitude, old.longitude) == (None, None)


def test_later_minute_of_the_window_when_nobody_is_free_at_the_old_one(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = announced_visit(town, clock)
    sick = handler(visit)
    [able] = [person for person in spare(town, visit) if person.can_handle]
    errand(able, 9, 11)
    [done] = ill(town, sick).promises
    assert (done.ending, done.new_faces) == (Ending.RETEAMED, (able,))
    now = fresh(visit)
    assert visit.starts_at < now.starts_at < visit.window.upper
    assert (now.window, now.starts_at.minute % 5) == (visit.window, 0)
    check_visit(now)
    assert told(visit)[-1] == "visit_announced"
    due = DueStep.objects.get(subject=visit.subject, kind="nobody_at_the_door").due_at
    assert due == now.starts_at + timedelta(minutes=15)


def test_people_of_the_nearest_branch_step_in(db: None, clock: time_machine.Traveller) -> None:
    town = make_town(staff=2)
    neighbours = make_staff(town.gaoxin, 2)
    visit = announced_visit(town, clock)
    [done] = ill(town, handler(visit)).promises
    assert (done.ending, done.new_faces) == (Ending.GIVEN, (neighbours[0],))


def test_promise_that_nobody_can_keep_is_spoken_about(
    db: None, clock: time_machine.Traveller
) -> None:
    town = make_town(staff=4)
    visit = announced_visit(town, clock)
    sick = handler(visit)
    [other] = team(visit) - {sick}
    second = busy_all_day(town, visit)
    [done] = ill(town, sick).promises
    assert (done.ending, done.after) == (Ending.AT_RISK, (other,))
    assert told(visit)[-1] == "visit_at_risk"
    assert [step.subject for step in asked()] == [visit.subject]
    now = fresh(visit)
    assert (now.status, now.window, now.starts_at) == ("planned", visit.window, visit.starts_at)
    assert [row.staff for row in Commitment.objects.live().filter(kind="visit")] == [other]
    clock.move_to(visit.starts_at - timedelta(minutes=30))
    with pytest.raises(TeamIncomplete):
        visits.set_off(visit=visit, actor=town.alice)
    assert not repair.try_again(visit=visit, actor=town.martha)
    free_again(second)
    assert repair.try_again(visit=visit, actor=town.martha)
    assert team(visit) == {second, other}
    assert asked() == []
    assert told(visit)[-1] == "visit_announced"
    with pytest.raises(MoveRefused):
        repair.try_again(visit=visit, actor=town.martha)


def test_team_that_is_not_whole_is_not_announced(db: None, clock: time_machine.Traveller) -> None:
    town = make_town(staff=4)
    visit = book(town)
    second = busy_all_day(town, visit)
    call_in_sick(staff=handler(visit), until=TOMORROW, actor=town.martha)
    announce(clock)
    assert told(visit) == ["visit_booked", "visit_at_risk"]
    assert fresh(visit).status == "approved"
    free_again(second)
    assert repair.try_again(visit=visit, actor=town.martha)
    assert told(visit)[-1] == "visit_announced"
    assert fresh(visit).status == "planned"


def test_looking_changes_nothing_and_shows_what_will_be(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = announced_visit(town, clock)
    before = [list(model.objects.order_by("pk").values()) for model in (Commitment, Message, Leave)]
    shown = look(staff=handler(visit), until=TOMORROW, actor=town.martha)
    after = [list(model.objects.order_by("pk").values()) for model in (Commitment, Message, Leave)]
    assert after == before
    [able] = shown.promises[0].new_faces
    errand(able, 9, 11)
    with pytest.raises(NotAsShown):
        call_in_sick(staff=handler(visit), until=TOMORROW, actor=town.martha, shown=shown.mark)
    assert Leave.objects.count() == 0
    again = look(staff=handler(visit), until=TOMORROW, actor=town.martha)
    done = call_in_sick(staff=handler(visit), until=TOMORROW, actor=town.martha, shown=again.mark)
    assert done.mark == again.mark != shown.mark


def test_visit_under_way_is_ended_by_its_team(town: Town, clock: time_machine.Traveller) -> None:
    visit = book(town)
    set_off(town, visit, clock)
    sick = handler(visit)
    under_way = Commitment.objects.live().get(staff=sick)
    clock.move_to(visit.starts_at)
    assert ill(town, sick).promises == ()
    away = Commitment.objects.live().get(staff=sick, kind="leave")
    assert away.span.lower == under_way.span.upper


def test_company_goes_to_a_colleague_and_a_talk_to_a_person(
    town: Town, clock: time_machine.Traveller
) -> None:
    escort = escort_times.book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(10),
        key=make.new_key(),
        asker=by_customer(),
    )
    assert escort.assistant is not None
    errand(escort.assistant, 14, 15)
    given, talk = ill(town, escort.assistant).promises
    assert (given.ending, talk.ending) == (Ending.GIVEN, Ending.AT_RISK)
    assert Escort.objects.get().assistant == given.after[0] != escort.assistant
    assert [step.branch_code for step in asked()] == [town.branch.code]


@pytest.mark.parametrize("days", [-1, 15])
def test_impossible_days_are_refused(town: Town, clock: time_machine.Traveller, days: int) -> None:
    with pytest.raises(InvalidInput):
        call_in_sick(staff=town.team[0], until=make.TODAY + timedelta(days=days), actor=town.martha)
    leave.ask(staff=town.team[0], first=TOMORROW, last=TOMORROW, actor=town.alice)
    with pytest.raises(LeaveOverlaps):
        ill(town, town.team[0])
    assert Commitment.objects.count() == 0


def test_longer_visit_moves_the_next_within_its_window_and_says_so(
    db: None, clock: time_machine.Traveller
) -> None:
    town = make_town(staff=2)
    visit = book(town)
    following = book(town, at(11), customer=make_customer(town.branch))
    at_the_door(town, visit, clock)
    enter(town, visit, visit.customer_code)
    clock.move_to(following.starts_at - timedelta(minutes=20))
    with locking():
        [done] = repair.run_over(
            visit=visit, minutes=30, actor=visits.Actor("staff", town.alice)
        ).promises
    assert (done.ending, done.moved, done.new_faces) == (Ending.RETEAMED, True, ())
    now = fresh(following)
    assert following.starts_at < now.starts_at < now.window.upper
    assert now.window == following.window
    assert told(following)[-1] == "visit_running_late"
    check_visit(now)
    until = visit.starts_at.replace(microsecond=0)
    for member in visit.team.select_related("commitment"):
        assert member.commitment.span.upper == following.starts_at + timedelta(minutes=10) > until


def test_visit_that_takes_too_long_puts_the_next_before_a_person(
    db: None, clock: time_machine.Traveller
) -> None:
    town = make_town(staff=2)
    visit = book(town)
    following = book(town, at(11), customer=make_customer(town.branch))
    at_the_door(town, visit, clock)
    with pytest.raises(MoveRefused), locking():
        repair.run_over(visit=visit, minutes=30, actor=visits.SYSTEM)
    enter(town, visit, visit.customer_code)
    clock.move_to(following.starts_at - timedelta(minutes=10))
    with locking():
        [done] = repair.run_over(visit=visit, minutes=150, actor=visits.SYSTEM).promises
    assert done.ending == Ending.AT_RISK
    assert told(following)[-1] == "visit_at_risk"
    assert [step.subject for step in asked()] == [following.subject]
    now = fresh(following)
    assert (now.status, now.window, now.starts_at) == (
        "planned",
        following.window,
        following.starts_at,
    )


def test_step_repairs_by_itself_what_a_silent_team_cannot_keep(
    db: None, clock: time_machine.Traveller
) -> None:
    town = make_town(staff=2)
    visit = book(town)
    following = book(town, at(11), customer=make_customer(town.branch))
    at_the_door(town, visit, clock)
    enter(town, visit, visit.customer_code)
    clock.move_to(DueStep.objects.get(subject=visit.subject, kind="visit_overruns").due_at)
    act_on_due()
    now = fresh(following)
    assert now.starts_at > following.starts_at
    assert told(following)[-1] == "visit_running_late"
    assert told(following).count("visit_running_late") == 1
    [step] = asked("visit_overruns")
    assert step.outcome == "1 told that we are running late"


VERBS = ["book", "book", "book", "company", "errand", "move", "cancel"]


@given(
    story=st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 10_000)), max_size=8),
    who=st.integers(0, 2),
)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_promise_is_broken_without_a_word_and_a_person(
    story: list[tuple[str, int]], who: int
) -> None:
    with time_machine.travel(make.MORNING, tick=False) as clock:
        town = Branchful(clock)
        for verb, chance in story:
            town.play(verb, chance)
        windows = dict(HomeVisit.objects.live().values_list("pk", "window"))
        sick, boss = town.team[who], make.make_user()
        call_in_sick(staff=sick, until=TOMORROW, actor=boss)
        rows = Commitment.objects.live().filter(staff=sick, span__startswith__gt=make.MORNING)
        assert not rows.exclude(kind=CommitmentKind.LEAVE).exists()
        for visit in HomeVisit.objects.filter(pk__in=windows):
            assert visit.window == windows[visit.pk]
            if visits.is_whole(visit):
                check_visit(visit)
                continue
            assert told(visit)[-1] == "visit_at_risk"
            assert visit.subject in {step.subject for step in asked()}
        for person in town.team:
            if person != sick:
                check_day(person, make.TODAY)
                check_day(person, TOMORROW)
