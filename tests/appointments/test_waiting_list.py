"""A window that comes free is offered to the first whom it suits, then to the next."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from appointments import waiting_list
from appointments.availability import demand_for, open_windows
from appointments.booking import book_visit, cancel_visit
from appointments.models import HomeVisit, Wish
from appointments.states import WishStatus
from branches.models import Commitment, CommitmentKind
from eldercare.models import Customer
from foundation.errors import InvalidInput, MoveRefused
from tests import make
from workflow.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


class Scene:
    """A branch whose team is booked out tomorrow, and two customers who wait for that day."""

    def __init__(self) -> None:
        self.branch = make.make_branch()
        make.make_staff(self.branch)
        self.version = make.make_version(minutes=120)
        self.booked: list[HomeVisit] = []
        while starts := self.open(make.make_customer(self.branch)):
            self.booked.append(self.book(make.make_customer(self.branch), starts[0]))
        self.first = make.make_customer(self.branch)
        self.second = make.make_customer(self.branch)

    def open(self, customer: Customer) -> list[datetime]:
        answers = open_windows(self.branch, demand_for(customer, self.version), [make.TOMORROW])
        return [window.start for answer in answers for window in answer.windows]

    def book(self, customer: Customer, start: datetime) -> HomeVisit:
        return book_visit(
            customer=customer,
            version=self.version,
            window_start=start,
            key=make.new_key(),
            asker=make.by_customer(),
        )

    def join(self, customer: Customer) -> Wish:
        return waiting_list.join(
            customer=customer,
            version=self.version,
            first_day=make.TOMORROW,
            last_day=make.TOMORROW,
            asker=make.by_customer(),
        )

    def free_one(self) -> None:
        cancel_visit(visit=self.booked[0], reason="well again", asker=make.by_customer())


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield moment


@pytest.fixture
def scene(moment: time_machine.Traveller) -> Scene:
    return Scene()


def status(wish: Wish) -> str:
    wish.refresh_from_db()
    return wish.status


def test_nobody_is_offered_what_is_not_free(scene: Scene) -> None:
    assert scene.booked
    wish = scene.join(scene.first)
    assert waiting_list.sweep() == 0
    assert status(wish) == WishStatus.WAITING
    assert not Message.objects.filter(kind="time_offered").exists()


def test_the_first_in_the_queue_is_offered_and_the_time_is_kept(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    wish = scene.join(scene.first)
    moment.shift(60)
    second = scene.join(scene.second)
    waiting_list.sweep()
    scene.free_one()
    assert waiting_list.sweep() == 1
    assert (status(wish), status(second)) == (WishStatus.OFFERED, WishStatus.WAITING)
    holds = Commitment.objects.live().filter(kind=CommitmentKind.HOLD)
    assert {hold.hold_expires_at for hold in holds} == {wish.offered_until}
    assert scene.open(scene.second) == []
    message = Message.objects.get(kind="time_offered")
    assert message.to == scene.first.phone


def test_the_offer_is_accepted_once(scene: Scene) -> None:
    wish = scene.join(scene.first)
    scene.free_one()
    waiting_list.sweep()
    wish.refresh_from_db()
    offered, key = wish.offered_start, make.new_key()
    visit = waiting_list.accept(wish=wish, key=key, asker=make.by_customer())
    assert visit.window.lower == offered
    assert status(wish) == WishStatus.TAKEN
    assert waiting_list.accept(wish=wish, key=key, asker=make.by_customer()) == visit
    with pytest.raises(MoveRefused):
        waiting_list.accept(wish=wish, key=make.new_key(), asker=make.by_customer())
    assert HomeVisit.objects.filter(customer=scene.first).count() == 1


def test_an_offer_not_taken_goes_to_the_next_and_its_owner_to_the_end(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    wish = scene.join(scene.first)
    moment.shift(60)
    second = scene.join(scene.second)
    scene.free_one()
    waiting_list.sweep()
    moment.shift(timedelta(minutes=30))
    assert waiting_list.sweep() == 1
    assert (status(wish), status(second)) == (WishStatus.WAITING, WishStatus.OFFERED)
    assert wish.queued_at > second.queued_at


def test_nobody_is_woken_for_an_offer(scene: Scene, moment: time_machine.Traveller) -> None:
    wish = scene.join(scene.first)
    moment.move_to(make.at(22, day=make.TODAY))
    scene.free_one()
    assert waiting_list.sweep() == 0
    assert status(wish) == WishStatus.WAITING


def test_a_wish_whose_days_have_gone_by_lapses(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    wish = scene.join(scene.first)
    moment.move_to(make.at(9, day=make.TOMORROW + timedelta(days=1)))
    assert waiting_list.sweep() == 0
    assert status(wish) == WishStatus.LAPSED


def test_withdrawing_gives_back_what_was_kept(scene: Scene) -> None:
    wish = scene.join(scene.first)
    scene.free_one()
    waiting_list.sweep()
    wish.refresh_from_db()
    waiting_list.withdraw(wish=wish, asker=make.by_customer())
    assert status(wish) == WishStatus.WITHDRAWN
    assert not Commitment.objects.live().filter(kind=CommitmentKind.HOLD).exists()
    assert scene.open(scene.second) != []


def test_joining_twice_is_one_place_and_past_days_are_refused(scene: Scene) -> None:
    assert scene.join(scene.first) == scene.join(scene.first)
    with pytest.raises(InvalidInput) as refusal:
        waiting_list.join(
            customer=scene.second,
            version=scene.version,
            first_day=make.TODAY - timedelta(days=3),
            last_day=make.TODAY - timedelta(days=1),
            asker=make.by_customer(),
        )
    assert set(refusal.value.fields) == {"last_day"}
    assert Wish.objects.count() == 1
