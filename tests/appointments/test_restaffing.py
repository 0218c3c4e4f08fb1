"""A promise goes to a colleague who can keep it; for the customer nothing moves."""

import pytest
import time_machine

from appointments import escort_times
from appointments.models import HomeVisit
from appointments.restaffing import Promised, give_to, what_they_are_about, who_can_take
from branches import commitments, leave
from branches.commitments import StaffBusy
from branches.models import Commitment, CommitmentKind, Staff
from branches.promises import BreaksPromises
from eldercare.models import Escort
from foundation.errors import MoveRefused
from foundation.locks import locking
from tests.appointments.test_booking import book
from tests.appointments.test_visits import announce, set_off
from tests.concurrency.conftest import race
from tests.make import TOMORROW, Town, at, by_customer, make_town, new_key
from workflow.models import Message


def promise_of(person: Staff) -> Promised:
    [promise] = what_they_are_about(Commitment.objects.live().filter(staff=person))
    return promise


def handler(visit: HomeVisit) -> Staff:
    return visit.team.get(role="handler").staff


def team(visit: HomeVisit) -> set[Staff]:
    return {member.staff for member in visit.team.select_related("staff")}


@pytest.fixture
def town(db: None, clock: time_machine.Traveller) -> Town:
    """Four people, of whom two may handle business."""
    return make_town(staff=4)


def spare(town: Town, visit: HomeVisit) -> list[Staff]:
    """Who does not go, those first who may handle business."""
    idle = [person for person in town.team if person not in team(visit)]
    return sorted(idle, key=lambda person: not person.can_handle)


def test_leave_goes_through_once_its_promise_is_given_away(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = book(town)
    person = handler(visit)
    asked = leave.ask(staff=person, first=TOMORROW, last=TOMORROW, actor=town.alice)
    with pytest.raises(BreaksPromises) as refused:
        leave.approve(leave=asked, actor=town.martha)
    [promise] = what_they_are_about(refused.value.promises)
    assert promise.visit == visit
    able = [one for one in spare(town, visit) if one.can_handle]
    assert who_can_take(promise) == able != []
    others = team(visit) - {person}
    give_to(promise=promise, to=able[0], reason="leave", actor=town.martha)
    assert team(visit) == {able[0], *others}
    kept = HomeVisit.objects.get(pk=visit.pk)
    assert (kept.starts_at, kept.window, kept.status) == (
        visit.starts_at,
        visit.window,
        visit.status,
    )
    assert leave.approve(leave=asked, actor=town.martha).status == "approved"
    assert Message.objects.filter(kind="team_announced").count() == 0
    last = kept.events.last()
    assert last is not None
    assert (last.reason, last.snapshot["team"]["handler"]) == ("leave", able[0].badge)


def test_team_that_was_announced_is_announced_anew(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = book(town)
    announce(clock)
    promise = promise_of(handler(visit))
    [able, *_rest] = who_can_take(promise)
    kind = Message.objects.latest("pk").kind
    give_to(promise=promise, to=able, reason="ill", actor=town.martha)
    told = Message.objects.filter(kind=kind).order_by("pk")
    assert told.count() == 2
    assert able.name in told[1].body
    assert able.name not in told[0].body


def test_who_cannot_keep_it_is_not_offered_and_not_taken(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = book(town)
    promise = promise_of(handler(visit))
    busy, witness_only = spare(town, visit)
    before = list(Commitment.objects.live().values_list("pk", flat=True))
    with locking():
        commitments.promise(staff=busy, kind=CommitmentKind.TALK, start=at(9), end=at(17))
    assert who_can_take(promise) == []
    for person in (busy, witness_only, *team(visit)):
        with pytest.raises(StaffBusy):
            give_to(promise=promise, to=person, reason="", actor=town.martha)
    live = Commitment.objects.live().exclude(staff=busy)
    assert list(live.values_list("pk", flat=True)) == before


def test_team_on_its_way_goes_on(town: Town, clock: time_machine.Traveller) -> None:
    visit = book(town)
    promise = promise_of(handler(visit))
    set_off(town, visit, clock)
    assert who_can_take(promise_of(handler(visit))) == []
    with pytest.raises(MoveRefused):
        give_to(promise=promise, to=spare(town, visit)[0], reason="", actor=town.martha)
    assert len(spare(town, visit)) == 2


def test_company_at_the_branch_is_given_to_a_colleague(town: Town) -> None:
    escort = escort_times.book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(10),
        key=new_key(),
        asker=by_customer(),
    )
    first = escort.assistant
    assert first is not None
    promise = promise_of(first)
    second, *_more = who_can_take(promise)
    give_to(promise=promise, to=second, reason="leave", actor=town.martha)
    now = Escort.objects.get()
    assert (now.assistant, now.booked_for, now.status) == (second, at(10), "booked")
    assert [row.staff for row in Commitment.objects.live()] == [second]
    with pytest.raises(MoveRefused):
        give_to(promise=promise, to=first, reason="", actor=town.martha)


@pytest.mark.django_db(transaction=True)
def test_two_managers_give_it_away_once(transactional_db: None, town: Town) -> None:
    escort = escort_times.book_escort(
        customer=town.grandmother,
        branch=town.branch,
        version=town.version,
        start=at(10),
        key=new_key(),
        asker=by_customer(),
    )
    assert escort.assistant is not None
    promise = promise_of(escort.assistant)
    able = who_can_take(promise)
    ends = race(3, lambda n: give_to(promise=promise, to=able[n], reason="ill", actor=town.martha))
    assert ends == {"won": 1, "move_refused": 2}
    assert Commitment.objects.live().get().staff == Escort.objects.get().assistant
