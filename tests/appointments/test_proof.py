"""An offered window is a proof (DESIGN §4.2), whatever was booked, moved and cancelled before."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import escort_times, holds, travel
from appointments.availability import OpenWindow, demand_for, open_windows
from appointments.booking import book_visit, cancel_visit, move_visit
from appointments.models import HomeVisit
from branches import commitments
from branches.commitments import StaffBusy
from branches.models import Branch, Commitment, CommitmentKind, Staff
from branches.queries import Duty
from eldercare.models import Customer, ServiceVersion
from foundation.geography import Place
from tests import make

pytestmark = pytest.mark.django_db

DAYS = [make.TODAY, make.TOMORROW]
VERBS = ["book", "book", "book", "move", "cancel", "leave", "errand", "hold", "company", "wait"]


class Branchful:
    """A branch of three with customers all round it, on which a story is played."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.branch: Branch = make.make_branch()
        self.team: list[Staff] = make.make_staff(self.branch, 3)
        self.versions: list[ServiceVersion] = [make.make_version(minutes=m) for m in (20, 40, 75)]
        self.visits: list[HomeVisit] = []

    def customer(self, chance: int) -> Customer:
        """Somebody who lives up to six kilometres away."""
        return make.make_customer(
            self.branch,
            latitude=self.branch.latitude + (chance % 11 - 5) * 0.01,
            longitude=self.branch.longitude + (chance % 13 - 6) * 0.01,
        )

    def offered(self, customer: Customer, version: ServiceVersion) -> list[OpenWindow]:
        answers = open_windows(self.branch, demand_for(customer, version), DAYS)
        return [window for answer in answers for window in answer.windows]

    def play(self, verb: str, chance: int) -> None:
        version = self.versions[chance % 3]
        if verb == "book":
            customer = self.customer(chance)
            windows = self.offered(customer, version)
            if windows:
                start = windows[chance % len(windows)].start
                self.visits.append(book(customer, version, start))
        elif verb == "hold":
            self._hold(self.customer(chance), chance)
        elif verb == "company":
            self._accompany(self.customer(chance), chance)
        elif verb == "wait":
            self.clock.shift(timedelta(minutes=6))
            holds.sweep_expired()
        elif verb in ("leave", "errand"):
            self._promise(verb, chance)
        elif self.visits:
            visit = self.visits.pop(chance % len(self.visits))
            if verb == "cancel":
                cancel_visit(visit=visit, reason="", asker=make.by_customer())
            else:
                self.visits.append(self._move(visit, chance))

    def _hold(self, customer: Customer, chance: int) -> None:
        """Keep a window open for a form; half of the forms are sent."""
        version = self.versions[chance % 3]
        windows = self.offered(customer, version)
        if not windows:
            return
        start = windows[chance % len(windows)].start
        holds.hold_window(customer=customer, version=version, window_start=start)
        if chance % 2:
            self.visits.append(book(customer, version, start))

    def _accompany(self, customer: Customer, chance: int) -> None:
        """Book company at the branch; every third booking is cancelled."""
        version = self.versions[chance % 3]
        times = escort_times.open_times(self.branch, version, DAYS)
        if not times:
            return
        escort = escort_times.book_escort(
            customer=customer,
            branch=self.branch,
            version=version,
            start=times[chance % len(times)].start,
            key=make.new_key(),
            asker=make.by_customer(),
        )
        if chance % 3 == 0:
            escort_times.cancel_escort(escort=escort, asker=make.by_customer())

    def _move(self, visit: HomeVisit, chance: int) -> HomeVisit:
        windows = self.offered(visit.customer, visit.service_version)
        if not windows:
            return visit
        return move_visit(
            visit=visit,
            window_start=windows[chance % len(windows)].start,
            key=make.new_key(),
            asker=make.by_customer(),
        )

    def _promise(self, verb: str, chance: int) -> None:
        """A quarter of an hour of leave, or of an errand somewhere that begins and ends there."""
        start = make.at(9 + chance % 7, 15 * (chance % 4), DAYS[chance % 2])
        person = self.team[chance % 3]
        if start < make.MORNING or Commitment.objects.live().filter(
            staff=person, span__overlap=(start - timedelta(hours=2), start + timedelta(hours=2))
        ):
            return
        home = (self.branch.latitude, self.branch.longitude)
        with transaction.atomic():
            commitments.promise(
                staff=person,
                kind=CommitmentKind.LEAVE if verb == "leave" else CommitmentKind.ESCORT,
                start=start,
                end=start + timedelta(minutes=15),
                place=None if verb == "leave" else home,
                arrives_at=None if verb == "leave" else start,
            )


def book(customer: Customer, version: ServiceVersion, start: datetime) -> HomeVisit:
    return book_visit(
        customer=customer,
        version=version,
        window_start=start,
        key=make.new_key(),
        asker=make.by_customer(),
    )


def check_day(person: Staff, day: date) -> None:
    """Every journey of one person's day can be made, from the branch and back to it."""
    duty = Duty([person], day, day).span(person, day)
    assert duty is not None
    here = home = (person.branch.latitude, person.branch.longitude)
    rows = [
        row
        for row in Commitment.objects.live().filter(staff=person).order_by("span")
        if timezone.localdate(row.span.lower) == day
    ]
    for before, after in pairwise(rows):
        assert before.span.upper <= after.span.lower
    for row in rows:
        if row.kind == CommitmentKind.VISIT:
            assert duty[0] <= row.span.lower
            assert row.span.lower >= make.MORNING
        if row.latitude is None or row.longitude is None:
            continue
        there = (row.latitude, row.longitude)
        if row.kind == CommitmentKind.VISIT and row.arrives_at is not None:
            assert (row.arrives_at - row.span.lower) >= minutes(here, there)
        here = there
    if rows and rows[-1].kind == CommitmentKind.VISIT:
        assert rows[-1].span.upper + minutes(here, home) <= duty[1]


def minutes(here: Place, there: Place) -> timedelta:
    return timedelta(minutes=travel.minutes(here, there))


def check_visit(visit: HomeVisit) -> None:
    """Two different people, the first of whom may handle, at one door at one time."""
    team = {member.role: member for member in visit.team.select_related("staff", "commitment")}
    assert set(team) == {"handler", "witness"}
    assert team["handler"].staff != team["witness"].staff
    assert team["handler"].staff.can_handle
    assert team["witness"].staff.can_witness
    assert {m.commitment.arrives_at for m in team.values()} == {visit.starts_at}
    assert visit.window.lower <= visit.starts_at < visit.window.upper
    assert all(m.commitment.released_at is None for m in team.values())


@given(story=st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 10_000)), max_size=9))
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_offered_window_can_be_booked_and_no_promise_is_broken(
    story: list[tuple[str, int]],
) -> None:
    with time_machine.travel(make.MORNING, tick=False) as clock:
        town = Branchful(clock)
        for verb, chance in story:
            town.play(verb, chance)
            for person in town.team:
                for day in DAYS:
                    check_day(person, day)
        for visit in town.visits:
            check_visit(visit)
        _book_each(town, town.customer(sum(chance for _verb, chance in story)))


def _book_each(town: Branchful, customer: Customer) -> None:
    version = town.versions[1]
    for window in town.offered(customer, version):
        savepoint = transaction.savepoint()
        visit = book(customer, version, window.start)
        check_visit(visit)
        for member in visit.team.all():
            check_day(member.staff, timezone.localdate(window.start))
        transaction.savepoint_rollback(savepoint)


def test_nobody_is_promised_a_journey_that_would_have_to_begin_in_the_past() -> None:
    now = make.at(11, 55, make.TODAY)
    with time_machine.travel(now, tick=False) as clock:
        town = Branchful(clock)
        far = make.make_customer(town.branch, latitude=town.branch.latitude + 0.2)
        journey = minutes(_home(town.branch), demand_for(far, town.versions[0]).door)
        assert journey > timedelta(minutes=100)
        window = town.offered(far, town.versions[0])[0]
        assert window.start == make.at(13, day=make.TODAY)
        visit = book(far, town.versions[0], window.start)
        assert visit.starts_at >= now + journey
        assert min(m.commitment.span.lower for m in visit.team.all()) >= now


def _home(branch: Branch) -> Place:
    return branch.latitude, branch.longitude


def test_a_journey_of_today_does_not_begin_at_yesterdays_last_door() -> None:
    """Yesterday's last visit must not shorten a journey of today that is reckoned again."""
    with time_machine.travel(make.MORNING, tick=False) as clock:
        town = Branchful(clock)
        version = town.versions[0]
        north = {"latitude": town.branch.latitude + 0.05, "longitude": town.branch.longitude}
        book(make.make_customer(town.branch, **north), version, make.at(14, day=make.TODAY))
        clock.move_to(make.at(20, day=make.TODAY))
        first = book(make.make_customer(town.branch), version, make.at(9))
        second = book(make.make_customer(town.branch, **north), version, make.at(10))
        cancel_visit(visit=first, reason="", asker=make.by_customer())
        home = _home(town.branch)
        for member in second.team.select_related("commitment"):
            row = member.commitment
            assert row.arrives_at is not None
            assert row.arrives_at - row.span.lower == minutes(
                home, (north["latitude"], north["longitude"])
            )


def test_cancelling_is_never_refused_because_of_leave_in_between() -> None:
    with time_machine.travel(make.MORNING, tick=False) as clock:
        town = Branchful(clock)
        version = town.versions[0]
        first = book(make.make_customer(town.branch), version, make.at(9))
        for member in first.team.select_related("commitment", "staff"):
            end = member.commitment.span.upper
            with transaction.atomic():
                commitments.promise(
                    staff=member.staff,
                    kind=CommitmentKind.LEAVE,
                    start=end,
                    end=end + timedelta(hours=1),
                )
        second = book(make.make_customer(town.branch), version, make.at(11))
        try:
            cancel_visit(visit=first, reason="", asker=make.by_customer())
        except StaffBusy:
            pytest.fail("cancelled visits free time; they never need any")
        check_visit(HomeVisit.objects.get(pk=second.pk))
