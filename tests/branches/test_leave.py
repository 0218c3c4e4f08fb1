"""Leave is approved by somebody else, and never at the cost of a promise."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from branches import commitments, leave
from branches.commitments import StaffBusy
from branches.leave import LeaveOverlaps, consequences
from branches.models import Commitment, CommitmentKind, Leave, LeaveEvent
from branches.promises import BreaksPromises
from foundation.errors import InvalidInput, MoveRefused, NotAllowed
from tests.concurrency.conftest import race
from tests.make import MORNING, TODAY, TOMORROW, Town, at, make_town

AFTER = TOMORROW + timedelta(days=1)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        yield make_town()


def asked(town: Town, n: int = 0) -> Leave:
    return leave.ask(staff=town.team[n], first=TOMORROW, last=AFTER, actor=town.alice)


def visit(town: Town, hour: int = 10) -> Commitment:
    return commitments.promise(
        staff=town.team[0], kind=CommitmentKind.VISIT, start=at(hour), end=at(hour + 1)
    )


def test_approved_leave_is_a_promise_of_their_time(town: Town) -> None:
    row = leave.approve(leave=asked(town), actor=town.martha)
    assert row.commitment is not None
    assert row.commitment.kind == "leave"
    assert (row.commitment.span.lower, row.commitment.span.upper) == (
        at(0),
        at(0, day=AFTER + timedelta(days=1)),
    )
    with pytest.raises(StaffBusy):
        visit(town)
    assert [event.to_status for event in row.events.all()] == ["requested", "approved"]


def test_leave_that_breaks_a_promise_lists_it_and_waits(town: Town) -> None:
    promised, row = visit(town), asked(town)
    with pytest.raises(BreaksPromises) as refused:
        leave.approve(leave=row, actor=town.martha)
    assert refused.value.promises == [promised]
    assert refused.value.data["promises"][0]["id"] == promised.pk
    row.refresh_from_db()
    assert (row.status, row.commitment, Commitment.objects.count()) == ("requested", None, 1)
    assert LeaveEvent.objects.count() == 1
    commitments.release(promised)
    assert leave.approve(leave=row, actor=town.martha).status == "approved"


def test_form_that_is_open_somewhere_gives_way(town: Town) -> None:
    hold = commitments.promise(
        staff=town.team[0],
        kind=CommitmentKind.HOLD,
        start=at(10),
        end=at(11),
        hold=commitments.HoldTerms("form", MORNING + timedelta(minutes=5)),
    )
    leave.approve(leave=asked(town), actor=town.martha)
    hold.refresh_from_db()
    assert hold.released_at == MORNING


def test_nobody_approves_their_own(town: Town) -> None:
    town.team[0].user = town.martha
    town.team[0].save()
    row = asked(town)
    with pytest.raises(NotAllowed):
        leave.approve(leave=row, actor=town.martha)
    assert Leave.objects.get().status == "requested"


def test_cancelled_leave_gives_the_time_back(town: Town) -> None:
    row = leave.approve(leave=asked(town), actor=town.martha)
    leave.cancel(leave=row, actor=town.alice)
    visit(town)
    with pytest.raises(MoveRefused):
        leave.approve(leave=row, actor=town.martha)
    assert asked(town).status == "requested"


def test_overlapping_or_impossible_leave_is_refused(town: Town) -> None:
    row = asked(town)
    with pytest.raises(LeaveOverlaps):
        leave.ask(staff=town.team[0], first=AFTER, last=AFTER, actor=town.alice)
    for first, last in ((AFTER, TOMORROW), (TODAY - timedelta(days=1), TODAY)):
        with pytest.raises(InvalidInput):
            leave.ask(staff=town.team[1], first=first, last=last, actor=town.alice)
    leave.decline(leave=row, reason="too few of us", actor=town.martha)
    assert asked(town).pk != row.pk
    assert Leave.objects.count() == 2


def test_consequences_are_seen_before_anybody_decides(town: Town) -> None:
    promised = visit(town)
    one = consequences(asked(town))
    assert (one.promises, one.gaps) == ([promised], [])
    commitments.release(promised)
    leave.approve(leave=asked(town, 1), actor=town.martha)
    both = consequences(Leave.objects.get(staff=town.team[0]))
    assert [(gap.start, gap.end, gap.on_floor) for gap in both.gaps] == [
        (at(9), at(17), 0),
        (at(9, day=AFTER), at(17, day=AFTER), 0),
    ]


@pytest.mark.django_db(transaction=True)
def test_booking_and_approval_at_once_never_both_win(transactional_db: None, town: Town) -> None:
    from branches.locks import staff_locked
    from foundation.locks import locking

    row = asked(town)

    def act(n: int) -> None:
        if n == 0:
            leave.approve(leave=row, actor=town.martha)
            return
        with locking():
            staff_locked([town.team[0].pk])
            visit(town)

    assert race(2, act) == {"won": 1, "staff_busy": 1}
    assert Commitment.objects.live().count() == 1
