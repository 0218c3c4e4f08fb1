"""Who goes to whom: whose turn it is, who is the right one, and why, in numbers that are exact."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercare.dispatch import (
    NEED_RATE,
    PATIENCE,
    PATIENCE_WITH_NEEDS,
    Assistant,
    Proposal,
    Reason,
    Waiting,
    propose,
)

ANN, BEN = Assistant(1), Assistant(2)


def waits(key: int, waited: float = 5.0, minutes: float = 10.0) -> Waiting:
    return Waiting(key=key, waited=waited, minutes=minutes)


def pairs(proposals: list[Proposal]) -> list[tuple[int, int]]:
    return [(one.waiting, one.assistant) for one in proposals]


def test_nobody_waits_or_nobody_is_free() -> None:
    assert propose([], [ANN]) == []
    assert propose([waits(10)], []) == []
    assert propose([waits(10)], [replace(ANN, free_in=3.0)]) == []


def test_among_equals_who_came_first_goes_first() -> None:
    [one] = propose([waits(10, 4.0), waits(11, 5.0)], [ANN])
    assert one == Proposal(11, 1, (Reason.FIRST, Reason.FREE))


def test_needs_overtake_and_great_age_and_a_booking_weigh_too() -> None:
    plain = waits(10, 6.0)
    for other, reason in (
        (replace(waits(11, 2.0), needs=1), Reason.NEEDS),
        (replace(waits(11, 2.0), booked=True), Reason.BOOKED),
        (replace(waits(11, 2.0), age=83), Reason.GREAT_AGE),
    ):
        [one] = propose([plain, other], [ANN])
        assert (one.waiting, one.reasons[0]) == (11, reason)


def test_a_short_business_goes_before_a_long_one() -> None:
    [one] = propose([waits(10, 6.0, 40.0), waits(11, 5.0, 8.0)], [ANN])
    assert (one.waiting, one.reasons[0]) == (11, Reason.SHORT)


def test_beyond_patience_nothing_overtakes() -> None:
    late = waits(10, PATIENCE + 0.1, 120.0)
    urgent = replace(waits(11, PATIENCE_WITH_NEEDS, 5.0), needs=3, age=95, booked=True)
    [one] = propose([urgent, late], [ANN])
    assert (one.waiting, one.reasons[0]) == (10, Reason.WAITED_LONG)
    later = waits(12, PATIENCE + 5.0, 120.0)
    assert pairs(propose([late, later, urgent], [ANN])) == [(12, 1)]
    further = replace(urgent, waited=PATIENCE_WITH_NEEDS + 5.1)
    assert pairs(propose([late, later, further], [ANN])) == [(11, 1)]


def test_the_one_with_the_skill_goes_where_it_is_wanted() -> None:
    signs = replace(BEN, skills=frozenset({"sign_language"}))
    deaf = replace(waits(10), needs=1, skills=frozenset({"sign_language"}))
    found = propose([waits(11, 9.0), deaf], [ANN, signs])
    assert pairs(found) == [(10, 2), (11, 1)]
    assert found[0].reasons == (Reason.NEEDS, Reason.SKILL)


def test_a_rare_skill_is_kept_for_who_may_want_it() -> None:
    signs = replace(ANN, skills=frozenset({"sign_language"}))
    assert pairs(propose([waits(10)], [signs, BEN])) == [(10, 2)]


def test_somebody_with_the_skill_who_is_free_in_a_moment_is_worth_waiting_for() -> None:
    deaf = replace(waits(10), needs=1, skills=frozenset({"sign_language"}))
    signs = Assistant(2, free_in=4.0, skills=frozenset({"sign_language"}))
    assert propose([deaf], [ANN, signs]) == []
    assert pairs(propose([deaf, waits(11)], [ANN, signs])) == [(11, 1)]
    assert pairs(propose([deaf], [ANN, replace(signs, free_in=6.0)])) == [(10, 1)]
    late = replace(deaf, waited=PATIENCE_WITH_NEEDS + 1)
    assert pairs(propose([late], [ANN, signs])) == [(10, 1)]


def test_a_known_face_a_practised_hand_a_fair_share() -> None:
    known = replace(waits(10), familiar=frozenset({2}))
    assert propose([known], [ANN, BEN])[0] == Proposal(10, 2, (Reason.FIRST, Reason.FAMILIAR))
    hard = replace(waits(10), complex=True, practised=frozenset({2}))
    assert propose([hard], [ANN, BEN])[0].reasons == (Reason.FIRST, Reason.PRACTISED)
    tired = replace(ANN, busy=120.0)
    assert propose([waits(10)], [tired, BEN])[0] == Proposal(
        10, 2, (Reason.FIRST, Reason.FAIR_SHARE)
    )


def test_whoever_must_leave_before_the_end_is_not_sent() -> None:
    assert pairs(propose([waits(10, 5.0, 30.0)], [replace(ANN, leaves_in=20.0), BEN])) == [(10, 2)]


def test_one_is_kept_at_the_door_until_somebody_has_waited_too_long() -> None:
    two = [waits(10), waits(11, 4.0)]
    assert [one.waiting for one in propose(two, [ANN, BEN], keep_free=1)] == [10]
    assert propose(two, [ANN], keep_free=1) == []
    late = waits(12, PATIENCE + 1)
    assert [one.waiting for one in propose([*two, late], [ANN], keep_free=1)] == [12]


skills = st.frozensets(st.sampled_from(["sign_language", "shaanxi"]))
people = st.builds(
    Waiting,
    key=st.integers(0, 999),
    waited=st.floats(0, 90),
    minutes=st.floats(1, 60),
    needs=st.integers(0, 3),
    age=st.integers(55, 100),
    skills=skills,
)
colleagues = st.builds(
    Assistant, key=st.integers(0, 99), free_in=st.sampled_from([0.0, 3.0, 20.0]), skills=skills
)


@given(
    st.lists(people, max_size=8, unique_by=lambda one: one.key),
    st.lists(colleagues, max_size=5, unique_by=lambda one: one.key),
    st.integers(0, 2),
)
def test_nobody_twice_only_the_free_and_the_longest_wait_never_left_out(
    queue: list[Waiting], staff: list[Assistant], keep_free: int
) -> None:
    found = propose(queue, staff, keep_free=keep_free)
    free = {one.key for one in staff if one.free_in == 0}
    assert (
        len({one.waiting for one in found}) == len({one.assistant for one in found}) == len(found)
    )
    assert {one.assistant for one in found} <= free
    late = sorted((one.late for one in queue if one.late > 0), reverse=True)
    served = {one.waiting for one in found}
    late_served = sorted(one.late for one in queue if one.late > 0 and one.key in served)
    assert late_served[::-1] == late[: len(free)]


def test_needs_never_slow_anybody_down() -> None:
    for needs in range(4):
        here, more = replace(waits(1), needs=needs), replace(waits(1), needs=needs + 1)
        assert more.turn > here.turn
    assert replace(waits(1), needs=2).rate == pytest.approx(1 + NEED_RATE * 1.5)
