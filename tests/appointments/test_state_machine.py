"""Whatever people do, in whatever order: after every step every promise is proved from scratch.

The suite plays a few short games. A long one, with other games each time:
``NUANBAN_GAMES=500 python -m pytest tests/appointments/test_state_machine.py``.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from appointments import (
    closed_days,
    day_plans,
    escort_times,
    holds,
    plan_runs,
    restaffing,
    screening,
    waiting_list,
)
from appointments.availability import OpenWindow, demand_for, demand_of, open_windows
from appointments.booking import book_visit, cancel_visit, move_visit
from appointments.models import HomeVisit, PlanSource, Wish
from appointments.states import AHEAD, DeclineReason
from branches import leave, roster, swaps
from branches.models import Branch, CalendarDay, Commitment, Staff
from branches.promises import promised_by
from eldercare.models import Customer, Escort, ServiceVersion
from eldercare.models.service import Risk
from foundation import clock
from foundation.errors import DomainError
from planning.stop import MaxSteps
from tests import make
from tests.appointments.prover import is_on_duty, prove_everything
from workflow.due_steps import act_on_due

pytestmark = pytest.mark.django_db

GAMES = int(os.environ.get("NUANBAN_GAMES", "0"))
T = TypeVar("T")
DAYS = [make.TODAY, make.TOMORROW, make.TOMORROW + timedelta(days=1)]
CHANCE = st.integers(0, 9999)
SHIFTS: list[roster.Hours | None] = [None, (time(9), time(12)), (time(12), time(17))]


@dataclass(frozen=True)
class World:
    """Two branches within reach of each other, and customers all round them."""

    own: Branch
    people: list[Staff]
    customers: list[Customer]
    versions: list[ServiceVersion]
    manager: User
    clock: time_machine.Traveller


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with time_machine.travel(make.MORNING, tick=False) as clock:
        town = make.make_town(staff=3)
        near = make.make_branch(
            town.region, latitude=town.branch.latitude + 0.03, longitude=town.branch.longitude
        )
        customers = [
            make.make_customer(
                town.branch,
                latitude=town.branch.latitude + (n % 3 - 1) * 0.03,
                longitude=town.branch.longitude + (n % 5 - 2) * 0.02,
            )
            for n in range(7)
        ]
        versions = [
            make.make_version(minutes=minutes, risk=risk, region=town.region)
            for minutes, risk in ((20, Risk.LOW), (40, Risk.HIGH), (75, Risk.LOW))
        ]
        people = [*town.team, *make.make_staff(near, 2)]
        yield World(town.branch, people, customers, versions, town.martha, clock)


class Promises(RuleBasedStateMachine):
    """Everybody who may change anything, at any moment; ``world`` is set by the test."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.world.clock.move_to(make.MORNING)
        self.held: dict[int, tuple[datetime, ServiceVersion]] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    # --- customers ---

    @initialize(chances=st.lists(CHANCE, min_size=3, max_size=6))
    def begin_with_some_visits(self, chances: list[int]) -> None:
        for chance in chances:
            self.book(chance, chance // 7, chance // 11)

    @rule(who=CHANCE, what=CHANCE, when=CHANCE)
    def book(self, who: int, what: int, when: int) -> None:
        customer, version = pick(self.world.customers, who), pick(self.world.versions, what)
        windows = self.windows(customer, version)
        if windows:
            self.book_at(customer, version, pick(windows, when).start)

    @rule(who=CHANCE, what=CHANCE, when=CHANCE)
    def hold(self, who: int, what: int, when: int) -> None:
        customer, version = pick(self.world.customers, who), pick(self.world.versions, what)
        windows = self.windows(customer, version)
        if windows:
            start = pick(windows, when).start
            holds.hold_window(customer=customer, version=version, window_start=start)
            self.held[customer.pk] = (start, version)

    @precondition(lambda self: self.held)
    @rule(who=CHANCE)
    def book_what_is_held(self, who: int) -> None:
        pk = pick(sorted(self.held), who)
        start, version = self.held.pop(pk)
        customer = next(one for one in self.world.customers if one.pk == pk)
        rows = Commitment.objects.live().filter(pk__in=holds.holds_of(customer))
        kept = rows.filter(hold_expires_at__gt=clock.now()).select_related("staff")
        if len(kept) == 2 and all(map(is_on_duty, kept)):
            # Whatever has happened meanwhile: what is held is not lost.
            visit = self.book_at(customer, version, start)
            assert visit.window.lower == start

    @rule(which=CHANCE, when=CHANCE)
    def move(self, which: int, when: int) -> None:
        visit = self.visit(which)
        if visit is None:
            return
        held = [member.commitment_id for member in visit.team.all()]
        held += holds.holds_of(visit.customer)
        windows = self.windows(visit.customer, visit.service_version, visit, held)
        if windows:
            start = pick(windows, when).start
            self.held.pop(visit.customer_id, None)
            move_visit(
                visit=visit, window_start=start, key=make.new_key(), asker=make.by_customer()
            )

    @rule(which=CHANCE)
    def cancel(self, which: int) -> None:
        visit = self.visit(which)
        if visit is not None:
            cancel_visit(visit=visit, reason="settled", asker=make.by_customer())

    @rule(who=CHANCE, what=CHANCE)
    def wait_for_a_time(self, who: int, what: int) -> None:
        waiting_list.join(
            customer=pick(self.world.customers, who),
            version=pick(self.world.versions, what),
            first_day=clock.today(),
            last_day=DAYS[-1],
            asker=make.by_customer(),
        )
        waiting_list.sweep()

    @rule(which=CHANCE)
    def take_the_offer(self, which: int) -> None:
        waiting_list.sweep()
        offers = list(Wish.objects.filter(status="offered").order_by("pk"))
        if not offers:
            return
        wish = pick(offers, which)
        rows = Commitment.objects.live().filter(pk__in=holds.holds_of(wish.customer))
        if len(rows) == 2 and all(map(is_on_duty, rows.select_related("staff"))):
            visit = waiting_list.accept(wish=wish, key=make.new_key(), asker=make.by_customer())
            assert Wish.objects.get(pk=wish.pk).status == "taken"
            assert visit.status in AHEAD

    @rule(who=CHANCE, what=CHANCE, when=CHANCE)
    def book_company(self, who: int, what: int, when: int) -> None:
        version = pick(self.world.versions, what)
        times = escort_times.open_times(self.world.own, version, self.days())
        if times:
            with refused("already_booked"):
                escort_times.book_escort(
                    customer=pick(self.world.customers, who),
                    branch=self.world.own,
                    version=version,
                    start=pick(times, when).start,
                    key=make.new_key(),
                    asker=make.by_customer(),
                )

    @rule(which=CHANCE)
    def cancel_company(self, which: int) -> None:
        booked = list(Escort.objects.filter(status="booked").order_by("pk"))
        if booked:
            escort_times.cancel_escort(escort=pick(booked, which), asker=make.by_customer())

    # --- staff ---

    @rule(which=CHANCE, yes=st.booleans())
    def answer_a_request(self, which: int, yes: bool) -> None:
        asked = list(HomeVisit.objects.filter(status="requested").order_by("pk"))
        if not asked:
            return
        visit, manager = pick(asked, which), self.world.manager
        if yes:
            screening.approve(visit=visit, actor=manager)
        else:
            screening.decline(visit=visit, reason=DeclineReason.UNSAFE, actor=manager)

    @rule(who=CHANCE, when=CHANCE)
    def go_on_leave(self, who: int, when: int) -> None:
        person, day = pick(self.world.people, who), pick(self.days(), when)
        with refused("move_refused", "invalid_input", "staff_busy"):
            asked = leave.ask(staff=person, first=day, last=day, actor=self.world.manager)
            leave.approve(leave=asked, actor=self.world.manager)

    @rule(who=CHANCE, when=CHANCE, to=CHANCE)
    def fall_ill(self, who: int, when: int, to: int) -> None:
        """Each promise of the day goes to a colleague who can keep it, then the person goes."""
        person, day = pick(self.world.people, who), pick(self.days(), when)
        rows = [row for row in promised_by([person]) if local_day(row) == day]
        for promise in restaffing.what_they_are_about(rows):
            able = restaffing.who_can_take(promise)
            if able:
                restaffing.give_to(
                    promise=promise, to=pick(able, to), reason="ill", actor=self.world.manager
                )
        self.go_on_leave(who, when)

    @rule(who=CHANCE, when=CHANCE, what=CHANCE)
    def change_hours(self, who: int, when: int, what: int) -> None:
        person, day = pick(self.world.people, who), pick(self.days(), when)
        with refused("staff_busy", "invalid_input"):
            roster.change_day(staff=person, day=day, hours=pick(SHIFTS, what), reason="course")

    @rule(who=CHANCE, other=CHANCE, when=CHANCE)
    def swap(self, who: int, other: int, when: int) -> None:
        with refused("staff_busy", "invalid_input", "staff_not_on_duty"):
            swaps.swap(
                first=pick(self.world.people, who),
                second=pick(self.world.people, other),
                days=[pick(self.days(), when)],
                reason="family",
                actor=self.world.manager,
            )

    @rule(when=CHANCE)
    def plan_a_day(self, when: int) -> None:
        """A search runs to its end, and whatever is better is adopted."""
        plan = day_plans.plan_for(self.world.own.region, pick(self.days(), when))
        run = plan_runs.ask(plan=plan, source=PlanSource.ASKED, actor=self.world.manager)
        done = plan_runs.work(run.pk, budget=MaxSteps(1000))
        assert done is not None
        assert done.status in ("adopted", "kept"), done.outcome

    # --- the world ---

    @rule(when=CHANCE)
    def decree(self, when: int) -> None:
        """A coming day becomes a holiday, or no holiday any more."""
        ahead = self.days()[1:]
        if not ahead:
            return
        day = pick(ahead, when)
        line, made = CalendarDay.objects.get_or_create(
            day=day, defaults={"is_working": False, "reason": "decree"}
        )
        if not made:
            line.delete()
        closed_days.sweep()

    @rule(minutes=st.sampled_from([7, 31, 180]))
    def time_goes_by(self, minutes: int) -> None:
        if clock.now() < make.at(17, day=DAYS[-2]):
            self.world.clock.shift(timedelta(minutes=minutes))
            act_on_due()
            holds.sweep_expired()
            waiting_list.sweep()

    @invariant()
    def every_promise_is_kept(self) -> None:
        prove_everything(self.world.people)

    # --- who and when ---

    def days(self) -> list[date]:
        return [day for day in DAYS if day >= clock.today()]

    def windows(
        self,
        customer: Customer,
        version: ServiceVersion,
        moved: HomeVisit | None = None,
        without: list[int] | None = None,
    ) -> list[OpenWindow]:
        demand = demand_of(moved) if moved else demand_for(customer, version)
        mine = holds.holds_of(customer) if without is None else without
        answers = open_windows(customer.branch, demand, self.days(), without=mine)
        return [window for answer in answers for window in answer.windows]

    def book_at(self, customer: Customer, version: ServiceVersion, start: datetime) -> HomeVisit:
        self.held.pop(customer.pk, None)
        return book_visit(
            customer=customer,
            version=version,
            window_start=start,
            key=make.new_key(),
            asker=make.by_customer(),
        )

    def visit(self, which: int) -> HomeVisit | None:
        ahead = list(HomeVisit.objects.filter(status__in=sorted(AHEAD)).order_by("pk"))
        return pick(ahead, which) if ahead else None


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """The rule may say no, with one of these codes; then nothing has changed."""
    before = standing()
    savepoint = transaction.savepoint()
    try:
        yield
    except DomainError as refusal:
        if refusal.code not in codes:
            raise
        # The request's own transaction, which these tests run inside, is rolled back by the page.
        transaction.savepoint_rollback(savepoint)
        assert standing() == before


def standing() -> list[Any]:
    """What has been promised to anybody."""
    visits = HomeVisit.objects.order_by("pk").values_list("pk", "status", "window", "starts_at")
    company = Escort.objects.order_by("pk").values_list("pk", "status", "assistant")
    return [*visits, *company]


def pick(some: list[T], chance: int) -> T:
    return some[chance % len(some)]


def local_day(row: Commitment) -> date:
    end: datetime = row.span.upper
    return end.astimezone(make.SHANGHAI).date()


def test_every_promise_is_kept_whatever_happens(world: World) -> None:
    Promises.world = world
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Promises,
        settings=settings(
            max_examples=GAMES or 8,
            stateful_step_count=40 if GAMES else 12,
            deadline=None,
            derandomize=not GAMES,
            database=None,
            # A found game is short enough to read; to shrink it would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
