"""A home visit from the announcement to the end at the customer's table."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from appointments import door_codes, screening, visits
from appointments.models import HomeVisit, VisitEvent
from appointments.states import VISIT_MOVES, DeclineReason, NotDoneReason, VisitStatus
from appointments.visits import DoorCodeRefused, TooEarly
from branches.models import Commitment
from foundation.errors import ErrorCode, MoveRefused
from tests import make
from tests.appointments.test_booking import book
from tests.make import Town, at
from workflow.due_steps import act_on_due
from workflow.models import DueStep, Message

EVENING = at(18, day=make.TODAY)


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book(town)


def fresh(visit: HomeVisit) -> HomeVisit:
    return HomeVisit.objects.get(pk=visit.pk)


def announce(clock: time_machine.Traveller) -> None:
    clock.move_to(EVENING)
    act_on_due()


def set_off(town: Town, visit: HomeVisit, clock: time_machine.Traveller) -> HomeVisit:
    announce(clock)
    clock.move_to(visit.starts_at - timedelta(minutes=30))
    return visits.set_off(visit=visit, actor=town.alice)


def at_the_door(town: Town, visit: HomeVisit, clock: time_machine.Traveller) -> HomeVisit:
    set_off(town, visit, clock)
    clock.move_to(visit.starts_at)
    return visits.arrive(visit=visit, actor=town.alice)


def enter(town: Town, visit: HomeVisit, said: str) -> HomeVisit:
    return visits.enter_code(visit=visit, said=said, actor=town.alice)


def wrong(visit: HomeVisit) -> str:
    return f"{(int(visit.customer_code) + 1) % 10_000:04d}"


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def spans() -> set[tuple[object, object]]:
    return {(c.span.lower, c.span.upper) for c in Commitment.objects.live()}


def test_the_whole_way(town: Town, visit: HomeVisit, clock: time_machine.Traveller) -> None:
    at_the_door(town, visit, clock)
    enter(town, visit, visit.customer_code)
    clock.shift(timedelta(minutes=20))
    done = visits.finish(visit=visit, words=" reset ", actor=town.alice)
    assert (done.status, done.words) == ("done", "reset")
    assert [event.to_status for event in visit.events.all()] == [
        "approved",
        "planned",
        "on_the_way",
        "at_the_door",
        "serving",
        "done",
    ]
    assert kinds() == ["visit_booked", "visit_announced", "visit_on_the_way"]
    assert {upper for _lower, upper in spans()} == {visit.starts_at + timedelta(minutes=20)}
    clock.move_to(at(16))
    act_on_due()
    assert not DueStep.objects.filter(status="open").exists()


def test_team_is_announced_once_at_six_the_evening_before(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller
) -> None:
    clock.move_to(EVENING - timedelta(seconds=1))
    act_on_due()
    assert kinds() == ["visit_booked"]
    announce(clock)
    act_on_due()
    assert kinds() == ["visit_booked", "visit_announced"]
    body = Message.objects.latest("pk").body
    for member in visit.team.all():
        assert member.staff.badge in body
    assert visit.staff_code in body
    assert visit.customer_code in body


def test_announcement_of_a_cancelled_visit_is_skipped(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller
) -> None:
    from appointments.booking import cancel_visit

    cancel_visit(visit=visit, reason="", asker=make.by_customer())
    announce(clock)
    assert kinds() == ["visit_booked", "visit_cancelled"]
    assert DueStep.objects.get(kind="announce_team").status == "skipped"


def test_too_early_to_set_off(town: Town, visit: HomeVisit, clock: time_machine.Traveller) -> None:
    announce(clock)
    earliest = visit.starts_at - timedelta(minutes=120)
    clock.move_to(earliest - timedelta(seconds=1))
    with pytest.raises(TooEarly) as refusal:
        visits.set_off(visit=visit, actor=town.alice)
    assert datetime.fromisoformat(refusal.value.data["earliest"]) == earliest
    assert fresh(visit).status == "planned"
    clock.move_to(earliest)
    assert visits.set_off(visit=visit, actor=town.alice).status == "on_the_way"


@pytest.mark.parametrize("said", ["{}", " {} ", "{0[0]} {0[1]} {0[2]} {0[3]}"])
def test_code_may_be_typed_with_spaces(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller, said: str
) -> None:
    at_the_door(town, visit, clock)
    assert enter(town, visit, said.format(visit.customer_code)).status == "serving"


def test_code_may_be_typed_in_full_width(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller
) -> None:
    at_the_door(town, visit, clock)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in visit.customer_code)
    assert enter(town, visit, wide).status == "serving"


def test_the_staffs_own_code_opens_nothing(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller
) -> None:
    at_the_door(town, visit, clock)
    with pytest.raises(DoorCodeRefused) as refusal:
        enter(town, visit, visit.staff_code)
    assert (refusal.value.code, refusal.value.data) == (ErrorCode.DOOR_CODE_WRONG, {"left": 4})
    assert (fresh(visit).status, fresh(visit).code_tries) == ("at_the_door", 1)


def test_five_wrong_codes_stop_the_visit_and_call_a_person(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller
) -> None:
    at_the_door(town, visit, clock)
    left = []
    for _ in range(door_codes.MAX_TRIES):
        with pytest.raises(DoorCodeRefused) as refusal:
            enter(town, visit, wrong(visit))
        left.append(refusal.value.data["left"])
    assert left == [4, 3, 2, 1, 0]
    assert refusal.value.code == ErrorCode.DOOR_CODE_LOCKED
    row = fresh(visit)
    assert (row.status, row.reason, row.code_tries) == ("not_done", "code_mismatch", 5)
    assert DueStep.objects.get(kind="phone_customer").status == "open"
    with pytest.raises(MoveRefused):
        enter(town, visit, visit.customer_code)
    assert fresh(visit).status == "not_done"


def test_database_counts_no_sixth_try(visit: HomeVisit) -> None:
    with pytest.raises(IntegrityError, match="visit_code_tries_capped"), transaction.atomic():
        HomeVisit.objects.update(code_tries=6)


def test_codes_are_four_digits_and_never_alike() -> None:
    drawn = [door_codes.draw() for _ in range(500)]
    assert all(a != b and len(a) == len(b) == 4 and (a + b).isdecimal() for a, b in drawn)


@pytest.mark.parametrize("reason", list(NotDoneReason))
def test_giving_up_says_why_and_calls_a_person(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller, reason: NotDoneReason
) -> None:
    at_the_door(town, visit, clock)
    row = visits.give_up(visit=visit, reason=reason, words="", actor=town.alice)
    assert (row.status, row.reason, row.words) == ("not_done", reason, str(reason.label))
    assert DueStep.objects.filter(kind="phone_customer", status="open").count() == 1
    assert {upper for _lower, upper in spans()} == {visit.starts_at}


def test_declined_request_tells_the_reason_and_frees_the_team(town: Town) -> None:
    visit = book(town, version=make.make_version(risk="high"))
    row = screening.decline(visit=visit, reason=DeclineReason.UNSAFE, actor=town.martha)
    assert (row.status, row.reason, spans()) == ("declined", "unsafe", set())
    assert kinds() == ["visit_booked", "visit_declined"]


MOVES: dict[str, tuple[VisitStatus, Callable[[Town, HomeVisit], HomeVisit]]] = {
    "approve": (
        VisitStatus.APPROVED,
        lambda town, visit: screening.approve(visit=visit, actor=town.martha),
    ),
    "decline": (
        VisitStatus.DECLINED,
        lambda town, visit: screening.decline(
            visit=visit, reason=DeclineReason.UNSAFE, actor=town.martha
        ),
    ),
    "set_off": (
        VisitStatus.ON_THE_WAY,
        lambda town, visit: visits.set_off(visit=visit, actor=town.alice),
    ),
    "arrive": (
        VisitStatus.AT_THE_DOOR,
        lambda town, visit: visits.arrive(visit=visit, actor=town.alice),
    ),
    "enter_code": (
        VisitStatus.SERVING,
        lambda town, visit: enter(town, visit, visit.customer_code),
    ),
    "finish": (
        VisitStatus.DONE,
        lambda town, visit: visits.finish(visit=visit, words="", actor=town.alice),
    ),
    "give_up": (
        VisitStatus.NOT_DONE,
        lambda town, visit: visits.give_up(
            visit=visit, reason=NotDoneReason.UNSAFE, words="", actor=town.alice
        ),
    ),
}


@pytest.mark.parametrize("status", list(VisitStatus))
@pytest.mark.parametrize("verb", list(MOVES))
def test_each_move_from_each_status(
    town: Town, visit: HomeVisit, clock: time_machine.Traveller, verb: str, status: VisitStatus
) -> None:
    clock.move_to(visit.starts_at)
    HomeVisit.objects.update(status=status, reason="unsafe")
    to, act = MOVES[verb]
    events, messages = VisitEvent.objects.count(), Message.objects.count()
    if VISIT_MOVES.allows(status, to):
        assert act(town, fresh(visit)).status == to
        assert VisitEvent.objects.count() == events + 1
        return
    with pytest.raises(MoveRefused):
        act(town, fresh(visit))
    assert fresh(visit).status == status
    assert (VisitEvent.objects.count(), Message.objects.count()) == (events, messages)
    assert Commitment.objects.live().count() == 2
