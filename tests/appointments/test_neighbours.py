"""When the own branch cannot come, a neighbour's people do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from accounts.permissions import Permission
from appointments.availability import WindowTaken, demand_for, open_windows
from appointments.booking import AlreadyBooked, book_visit, move_visit
from appointments.models import HomeVisit
from appointments.reach import serving_branches
from appointments.states import VisitStatus
from branches.models import Branch, Commitment
from eldercare.models import Customer, ServiceVersion
from tests import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("standing_still"),
]

KM = 1 / 111.2  # degrees of latitude


@pytest.fixture
def standing_still() -> Iterator[None]:
    with time_machine.travel(make.MORNING, tick=False):
        yield


def north_of(branch: Branch, km: float) -> Branch:
    return make.make_branch(
        branch.region, latitude=branch.latitude + km * KM, longitude=branch.longitude
    )


def test_the_own_branch_comes_first_and_then_the_nearest_within_reach() -> None:
    own = make.make_branch()
    door = (own.latitude, own.longitude)
    far, near, _too_far = north_of(own, 9), north_of(own, 2), north_of(own, 40)
    elsewhere = make.make_branch()
    assert elsewhere.region != own.region
    assert serving_branches(own, door) == [own, near, far]


def test_a_neighbours_team_keeps_the_window_and_both_branches_see_it() -> None:
    own = make.make_branch()
    neighbour = north_of(own, 2)
    team = make.make_staff(neighbour)
    customer, version = make.make_customer(own), make.make_version()
    windows = [w for a in open_windows(own, demand_for(customer, version)) for w in a.windows]
    assert windows
    assert {window.branch for window in windows} == {neighbour}

    visit = book_visit(
        customer=customer,
        version=version,
        window_start=windows[0].start,
        key=make.new_key(),
        asker=make.by_customer(),
    )
    assert visit.branch == neighbour
    assert {member.staff for member in visit.team.all()} <= set(team)
    for branch in (own, neighbour):
        seen = HomeVisit.objects.for_user(make.make_user(branches=[branch]), Permission.VIEW_VISIT)
        assert list(seen) == [visit]
    stranger = make.make_user(branches=[north_of(own, 5)])
    assert not HomeVisit.objects.for_user(stranger, Permission.VIEW_VISIT).exists()


def test_the_own_people_go_when_they_can() -> None:
    own = make.make_branch()
    make.make_staff(own)
    make.make_staff(north_of(own, 1))
    customer, version = make.make_customer(own), make.make_version()
    answers = open_windows(own, demand_for(customer, version))
    assert {window.branch for answer in answers for window in answer.windows} == {own}


def test_nobody_is_visited_twice_at_the_same_time() -> None:
    own = make.make_branch()
    make.make_staff(own, 4)
    customer, version = make.make_customer(own), make.make_version()
    demand = demand_for(customer, version)
    first = next(w for a in open_windows(own, demand) for w in a.windows)
    visit = book(customer, version, first.start)
    later = first.start + timedelta(hours=1)
    for_others = demand_for(make.make_customer(own), version)
    assert later in {w.start for a in open_windows(own, for_others) for w in a.windows}
    again = demand_for(customer, version)
    assert later not in {w.start for a in open_windows(own, again) for w in a.windows}

    with pytest.raises(AlreadyBooked):
        book(customer, version, later)
    assert list(HomeVisit.objects.all()) == [visit]
    assert Commitment.objects.live().count() == 2

    moved = move_visit(
        visit=visit, window_start=later, key=make.new_key(), asker=make.by_customer()
    )
    assert moved.window.lower == later
    visit.refresh_from_db()
    assert visit.status == VisitStatus.MOVED
    assert Commitment.objects.live().count() == 2


def test_a_move_that_cannot_be_kept_leaves_the_old_promise() -> None:
    own = make.make_branch()
    make.make_staff(own)
    customer, version = make.make_customer(own), make.make_version()
    first = next(w for a in open_windows(own, demand_for(customer, version)) for w in a.windows)
    visit = book(customer, version, first.start)
    with pytest.raises(WindowTaken):
        move_visit(
            visit=visit,
            window_start=first.start + timedelta(minutes=1),
            key=make.new_key(),
            asker=make.by_customer(),
        )
    visit.refresh_from_db()
    assert visit.status == VisitStatus.APPROVED
    assert Commitment.objects.live().count() == 2


def book(customer: Customer, version: ServiceVersion, start: datetime) -> HomeVisit:
    return book_visit(
        customer=customer,
        version=version,
        window_start=start,
        key=make.new_key(),
        asker=make.by_customer(),
    )
