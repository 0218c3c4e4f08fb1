"""Days of a lobby: the same seed the same day, honest figures, and a bound that nobody beats."""

import json
from io import StringIO
from itertools import pairwise, permutations, product

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from eldercare.simulation.bound import least_mean_wait
from eldercare.simulation.days import Arrival, Business, Habits, LobbyDay, Shift, day_of
from eldercare.simulation.figures import figures_of
from eldercare.simulation.replay import by_dispatch, first_come, replay
from tests.make import make_branch, make_staff, make_version

STAFF = [Shift(key, ((540, 720), (765, 1020))) for key in range(3)]
HABITS = Habits(50.0, [Business(6, 0.6), Business(20, 0.4, complex=True)])


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    day = day_of(HABITS, STAFF, day_of_month=3, seed=1)
    assert day == day_of(HABITS, STAFF, day_of_month=3, seed=1)
    assert day != day_of(HABITS, STAFF, day_of_month=3, seed=2)


def test_pension_days_bring_more_people() -> None:
    days = range(1, 29)
    usual = [len(day_of(HABITS, STAFF, day_of_month=3, seed=n).arrivals) for n in days]
    pension = [len(day_of(HABITS, STAFF, day_of_month=15, seed=n).arrivals) for n in days]
    assert sum(pension) > 1.15 * sum(usual)


@pytest.mark.parametrize("rule", [first_come, by_dispatch])
def test_everybody_is_served_once_by_somebody_on_duty(rule: object) -> None:
    day = day_of(HABITS, STAFF, day_of_month=15, seed=7)
    served = replay(day, rule)  # type: ignore[arg-type]
    assert sorted(one.arrival.key for one in served) == [one.key for one in day.arrivals]
    spans = sorted(
        (one.assistant, one.arrival.at + one.waited, one.arrival.minutes) for one in served
    )
    for (who, start, minutes), (other, later, _minutes) in pairwise(spans):
        assert who != other or start + minutes <= later
    closes = 1020
    shifts = {shift.key: shift for shift in STAFF}
    assert all(start >= closes or shifts[who].on_duty(start) for who, start, _minutes in spans)


def test_figures_by_hand() -> None:
    day = LobbyDay(
        (
            Arrival(0, at=540, minutes=10, expected=10),
            Arrival(1, at=541, minutes=10, expected=10),
            Arrival(2, at=542, minutes=4, expected=4, needs=1),
        ),
        (Shift(0, ((540, 1020),)),),
    )
    waits = {one.arrival.key: one.waited for one in replay(day, first_come)}
    assert waits == {0: 0, 1: 9, 2: 18}
    figures = figures_of([replay(day, by_dispatch)])
    assert (figures.people, figures.mean, figures.median, figures.longest) == (3, 7.0, 8, 13)
    assert (figures.with_needs_p90, figures.needs_missed, figures.inequality) == (8, 0, 0.0)
    assert least_mean_wait(day) == pytest.approx((0 + 8 + 13) / 3)
    with pytest.raises(ValueError, match="Nobody came"):
        figures_of([[]])


arrivals = st.lists(st.tuples(st.integers(540, 552), st.integers(1, 9)), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(arrivals, st.integers(1, 2))
def test_no_order_beats_the_bound(people: list[tuple[int, int]], assistants: int) -> None:
    day = LobbyDay(
        tuple(Arrival(n, at=at, minutes=m, expected=m) for n, (at, m) in enumerate(people)),
        tuple(Shift(key, ((540, 1020),)) for key in range(assistants)),
    )
    best = min(
        _total_wait(day, order, hands)
        for order in permutations(range(len(people)))
        for hands in product(range(assistants), repeat=len(people))
    )
    assert least_mean_wait(day) <= best / len(people) + 1e-6
    for rule in (first_come, by_dispatch):
        assert sum(one.waited for one in replay(day, rule)) >= best


def _total_wait(day: LobbyDay, order: tuple[int, ...], hands: tuple[int, ...]) -> int:
    """Everybody by a fixed assistant, each assistant's people in this order."""
    free_at, total = dict.fromkeys(hands, 0), 0
    for index in order:
        one = day.arrivals[index]
        start = max(one.at, free_at[hands[index]])
        free_at[hands[index]] = start + one.minutes
        total += start - one.at
    return total


@pytest.mark.django_db
def test_the_command_holds_dispatch_against_first_come() -> None:
    branch = make_branch()
    make_staff(branch, 4)
    for minutes in (6, 8, 10, 15, 25):
        make_version(minutes=minutes)
    out = StringIO()
    call_command("simulate_lobby", branch=branch.code, days=20, people=75, json=True, stdout=out)
    answer = json.loads(out.getvalue().splitlines()[-1])
    before, now = answer["first come"], answer["dispatch"]
    assert now["people"] == before["people"] > 1000
    assert now["with_needs_p90"] <= 0.6 * before["with_needs_p90"]
    assert now["mean"] <= before["mean"]
    assert answer["least_mean"] < now["mean"]


@pytest.mark.django_db
def test_the_command_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="no branch"):
        call_command("simulate_lobby", branch="nowhere")
    branch = make_branch()
    with pytest.raises(CommandError, match="Nobody works"):
        call_command("simulate_lobby", branch=branch.code)
    make_staff(branch)
    with pytest.raises(CommandError, match="No service"):
        call_command("simulate_lobby", branch=branch.code)
    with pytest.raises(CommandError, match="--days"):
        call_command("simulate_lobby", branch=branch.code, days=0)
