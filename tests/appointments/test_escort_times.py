"""Company at a branch by appointment."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from appointments.asking import Asker, ConsentMissing
from appointments.escort_times import (
    AlreadyBooked,
    OpenTime,
    TimeTaken,
    book_escort,
    cancel_escort,
    open_times,
    quiet_first,
)
from appointments.models.home_visit import AskedBy
from branches.models import Commitment
from eldercare import bookings, escorts
from eldercare.models import Customer, Escort, EscortEvent
from eldercare.states import EscortStatus
from foundation.errors import MoveRefused
from tests import make
from workflow import due_steps
from workflow.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield moment


class Scene:
    """A branch with one assistant, and a customer."""

    def __init__(self, people: int = 1) -> None:
        self.branch = make.make_branch()
        self.staff = make.make_staff(self.branch, people)
        self.version = make.make_version()
        self.customer = make.make_customer(self.branch)

    def times(self) -> list[OpenTime]:
        return open_times(self.branch, self.version, [make.TOMORROW])

    def book(self, hour: int, customer: Customer | None = None, key: str = "") -> Escort:
        return book_escort(
            customer=customer or self.customer,
            branch=self.branch,
            version=self.version,
            start=make.at(hour),
            key=key or make.new_key(),
            asker=make.by_customer(),
        )


@pytest.fixture
def scene(moment: time_machine.Traveller) -> Scene:
    return Scene()


def test_every_half_hour_of_the_assistants_day_is_offered_once(scene: Scene) -> None:
    starts = [time.start for time in scene.times()]
    assert starts == sorted(set(starts))
    assert starts[0] == make.at(9)
    # The last one still ends (30 minutes) before the assistant goes home.
    assert starts[-1] == make.at(16, 30)
    assert len(starts) == 16


def test_a_booked_time_is_promised_written_down_and_confirmed(scene: Scene) -> None:
    escort = scene.book(10)
    assert (escort.status, escort.booked_for) == (EscortStatus.BOOKED, make.at(10))
    assert escort.assistant == scene.staff[0]
    [commitment] = Commitment.objects.live()
    assert (commitment.span.lower, commitment.span.upper) == (make.at(10), make.at(10, 30))
    assert EscortEvent.objects.get().actor_kind == "customer"
    message = Message.objects.get()
    assert message.kind == "escort_booked"
    assert "10:00" in message.body
    assert make.at(10) not in [time.start for time in scene.times()]


def test_the_same_form_twice_is_one_booking(scene: Scene) -> None:
    key = make.new_key()
    assert scene.book(10, key=key) == scene.book(10, key=key)
    assert Escort.objects.count() == 1


def test_a_taken_time_answers_with_the_three_nearest(scene: Scene) -> None:
    scene.book(10)
    with pytest.raises(TimeTaken) as refusal:
        scene.book(10, customer=make.make_customer(scene.branch))
    assert [time.start for time in refusal.value.times] == [
        make.at(9),
        make.at(9, 30),
        make.at(10, 30),
    ]
    assert Escort.objects.count() == 1


def test_nobody_is_expected_twice_at_one_time(moment: time_machine.Traveller) -> None:
    scene = Scene(people=2)
    scene.book(10)
    with pytest.raises(AlreadyBooked):
        scene.book(10)
    assert Escort.objects.count() == 1
    assert Commitment.objects.live().count() == 1


def test_family_needs_a_standing_consent(scene: Scene) -> None:
    daughter = make.make_daughter(scene.customer, consent=False)
    with pytest.raises(ConsentMissing):
        book_escort(
            customer=scene.customer,
            branch=scene.branch,
            version=scene.version,
            start=make.at(10),
            key=make.new_key(),
            asker=Asker(AskedBy.FAMILY, representative=daughter),
        )
    assert not Escort.objects.exists()
    assert not Message.objects.exists()


def test_who_comes_early_is_taken_at_once(scene: Scene, moment: time_machine.Traveller) -> None:
    escort = scene.book(10)
    actor = make.make_user(branches=[scene.branch])
    moment.move_to(make.at(9, 40))
    bookings.check_in(escort=escort, actor=actor)
    escorts.take(escort=escort, assistant=scene.staff[0], actor=actor)
    escort.refresh_from_db()
    assert (escort.status, escort.arrived_at) == (EscortStatus.ACCOMPANIED, make.at(9, 40))
    [commitment] = Commitment.objects.live()
    assert commitment.span.lower == make.at(9, 40)


def test_who_does_not_come_is_on_record_and_welcome_later(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    escort = scene.book(10)
    moment.move_to(make.at(10, 30))
    due_steps.act_on_due()
    escort.refresh_from_db()
    assert escort.status == EscortStatus.NO_SHOW
    assert not Commitment.objects.live().exists()
    bookings.check_in(escort=escort, actor=make.make_user(branches=[scene.branch]))
    escort.refresh_from_db()
    assert escort.status == EscortStatus.WAITING


def test_cancelling_frees_the_time_once(scene: Scene) -> None:
    escort = scene.book(10)
    cancel_escort(escort=escort, asker=make.by_customer())
    assert not Commitment.objects.live().exists()
    assert make.at(10) in [time.start for time in scene.times()]
    with pytest.raises(MoveRefused):
        cancel_escort(escort=escort, asker=make.by_customer())


def test_the_reminder_goes_the_evening_before(scene: Scene, moment: time_machine.Traveller) -> None:
    scene.book(10)
    moment.move_to(make.at(18, day=make.TODAY))
    due_steps.act_on_due()
    assert Message.objects.filter(kind="escort_reminder").count() == 1


def test_quiet_hours_are_those_of_the_branchs_own_history(scene: Scene) -> None:
    assert {time.quiet for time in scene.times()} == {False}
    last_week = timedelta(days=7)
    for hour, people in ((9, 5), (10, 3), (11, 1)):
        for _n in range(people):
            Escort.objects.create(
                client_key=make.new_key(),
                branch=scene.branch,
                customer=scene.customer,
                service_version=scene.version,
                status=EscortStatus.LEFT,
                arrived_at=make.at(hour) - last_week,
            )
    times = scene.times()
    quiet = {time.start.astimezone(make.SHANGHAI).hour for time in times if time.quiet}
    assert quiet == {11, 12, 13, 14, 15, 16}
    assert quiet_first(times)[0].start == make.at(11)
