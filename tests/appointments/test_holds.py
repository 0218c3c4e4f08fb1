"""A window is kept while a form is open, and never longer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from appointments import holds
from appointments.availability import WindowTaken, demand_for, open_windows
from appointments.booking import book_visit
from appointments.models import HomeVisit
from branches import commitments
from branches.locks import staff_locked
from branches.models import Branch, Commitment, CommitmentKind
from eldercare.models import Customer, ServiceVersion
from foundation.locks import locking
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

KM = 1 / 111.2
AFTERWARDS = timedelta(minutes=10, seconds=1)


class Scene:
    """A branch with one team, and two customers who want the same window tomorrow."""

    def __init__(self) -> None:
        self.branch: Branch = make.make_branch()
        make.make_staff(self.branch)
        self.version: ServiceVersion = make.make_version()
        self.anna = make.make_customer(self.branch)
        self.bao = make.make_customer(self.branch)

    def starts(self, customer: Customer, *, own_holds: bool = False) -> set[datetime]:
        answers = open_windows(
            self.branch,
            demand_for(customer, self.version),
            [make.TOMORROW],
            without=holds.holds_of(customer) if own_holds else (),
        )
        return {window.start for answer in answers for window in answer.windows}

    def hold(self, customer: Customer, hour: int) -> holds.Hold:
        return holds.hold_window(
            customer=customer, version=self.version, window_start=make.at(hour)
        )

    def book(self, customer: Customer, hour: int) -> HomeVisit:
        return book_visit(
            customer=customer,
            version=self.version,
            window_start=make.at(hour),
            key=make.new_key(),
            asker=make.by_customer(),
        )


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.MORNING, tick=False) as moment:
        yield moment


@pytest.fixture
def scene(moment: time_machine.Traveller) -> Scene:
    return Scene()


def test_a_held_window_is_closed_to_others_and_open_to_its_owner(scene: Scene) -> None:
    before = scene.starts(scene.bao)
    held = scene.hold(scene.anna, 10)
    assert held.expires_at == make.MORNING + timedelta(minutes=10)
    assert Commitment.objects.live().filter(kind=CommitmentKind.HOLD).count() == 2
    assert scene.starts(scene.bao) <= before
    assert scene.starts(scene.anna, own_holds=True) == before


def test_the_owner_books_what_was_held_and_the_hold_is_gone(scene: Scene) -> None:
    scene.hold(scene.anna, 10)
    visit = scene.book(scene.anna, 10)
    live = Commitment.objects.live()
    assert {row.kind for row in live} == {CommitmentKind.VISIT}
    assert {row.pk for row in live} == {member.commitment_id for member in visit.team.all()}


def test_nobody_holds_two_windows(scene: Scene) -> None:
    scene.hold(scene.anna, 10)
    scene.hold(scene.anna, 14)
    live = Commitment.objects.live()
    assert live.count() == 2
    assert all(make.at(13) <= row.span.lower for row in live)


def test_a_hold_that_cannot_be_had_leaves_the_one_before(scene: Scene) -> None:
    scene.hold(scene.anna, 10)
    before = list(Commitment.objects.live().values_list("pk", flat=True))
    with pytest.raises(WindowTaken):
        scene.hold(scene.anna, 3)
    assert list(Commitment.objects.live().values_list("pk", flat=True)) == before


def test_an_expired_hold_is_taken_over_by_whoever_books(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    fill_all_but(scene, 10)
    scene.hold(scene.anna, 10)
    with pytest.raises(WindowTaken):
        scene.book(scene.bao, 10)
    assert not HomeVisit.objects.filter(customer=scene.bao).exists()
    moment.shift(AFTERWARDS)
    visit = scene.book(scene.bao, 10)
    assert visit.customer == scene.bao
    assert not Commitment.objects.live().filter(kind=CommitmentKind.HOLD).exists()


def test_a_journey_that_began_at_a_held_door_begins_at_the_branch_again(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    far = make.make_customer(
        scene.branch,
        latitude=scene.branch.latitude + 8 * KM,
        longitude=scene.branch.longitude,
    )
    beside = make.make_customer(
        scene.branch,
        latitude=scene.branch.latitude + 8.2 * KM,
        longitude=scene.branch.longitude,
    )
    scene.hold(far, 10)
    visit = scene.book(beside, 11)
    by_way_of_the_door = {m.commitment.span.lower for m in visit.team.all()}
    moment.shift(AFTERWARDS)
    assert holds.sweep_expired() == 2
    from_the_branch = {m.commitment.span.lower for m in visit.team.all()}
    assert max(from_the_branch) < min(by_way_of_the_door)
    assert {m.commitment.arrives_at for m in visit.team.all()} == {visit.starts_at}


def fill_all_but(scene: Scene, hour: int) -> None:
    """Leave the team no time tomorrow but for one visit in the window that begins at ``hour``."""
    busy = [(make.at(8), make.at(hour)), (make.at(hour + 1, 15), make.at(18))]
    with locking():
        for person in staff_locked(scene.branch.staff.values_list("pk", flat=True)):
            for start, end in busy:
                commitments.promise(staff=person, kind=CommitmentKind.LEAVE, start=start, end=end)


def test_what_is_held_cannot_be_lost_by_the_road_to_the_next_door(scene: Scene) -> None:
    """Beyond the held door waits a promise that is nearer from there than from the branch."""
    north = {"latitude": scene.branch.latitude + 8 * KM, "longitude": scene.branch.longitude}
    next_door = {**north, "latitude": north["latitude"] + 0.3 * KM}
    scene.book(make.make_customer(scene.branch, **next_door), 11)
    anna = make.make_customer(scene.branch, **north)
    before_the_hold = scene.starts(scene.bao)
    held = scene.hold(anna, 9)
    ends = {leg.ends for leg in held.window.offer.legs}
    kept = Commitment.objects.live().filter(kind=CommitmentKind.HOLD)
    assert {held.window.team_day.minute(row.span.upper) for row in kept} == ends
    for hour in sorted(scene.starts(scene.bao)):
        book_visit(
            customer=make.make_customer(scene.branch, **north),
            version=scene.version,
            window_start=hour,
            key=make.new_key(),
            asker=make.by_customer(),
        )
    assert scene.starts(scene.bao) < before_the_hold
    assert scene.book(anna, 9).customer == anna


def test_a_hold_that_somebody_elses_promise_takes_over_leaves_the_next_journey_right(
    scene: Scene, moment: time_machine.Traveller
) -> None:
    """Whoever frees time, the road to what comes next is reckoned again."""
    north = {"latitude": scene.branch.latitude + 8 * KM, "longitude": scene.branch.longitude}
    visit = scene.book(make.make_customer(scene.branch, **north), 11)
    from_the_branch = {m.commitment.span.lower for m in visit.team.all()}
    scene.hold(make.make_customer(scene.branch, **north), 9)
    assert {m.commitment.span.lower for m in visit.team.all()} != from_the_branch
    moment.shift(AFTERWARDS)
    with locking():
        for person in staff_locked(scene.branch.staff.values_list("pk", flat=True)):
            start, end = make.at(14), make.at(15)
            commitments.promise(staff=person, kind=CommitmentKind.TALK, start=start, end=end)
    assert {m.commitment.span.lower for m in visit.team.all()} == from_the_branch
