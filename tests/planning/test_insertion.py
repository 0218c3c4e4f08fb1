"""One more visit: the cases people meet, each with its minutes written out."""

from __future__ import annotations

import numpy as np
import pytest

from planning.errors import InvalidDay
from planning.insertion import (
    Day,
    NotProven,
    Offer,
    Person,
    Promise,
    Reason,
    Refusal,
    Request,
    Window,
    best_offer,
    fits,
    prove,
    windows,
)

HANDLER, WITNESS = 1, 2

# Places: 0 the branch, 1 and 2 customers. One way streets: 0 to 1 takes 10, back 15.
ROADS = np.array([[0, 10, 20], [15, 0, 5], [20, 30, 0]])


def make_person(identity: int = 1, **overrides: object) -> Person:
    """Nine to five at the branch, may do everything."""
    fields = {"spans": ((540, 1020),), "start_place": 0, "end_place": 0, "roles": 3}
    return Person(identity, **(fields | overrides))  # type: ignore[arg-type]


def make_request(**overrides: object) -> Request:
    """Half an hour at place 1, by a handler and a witness."""
    fields: dict[str, object] = {"place": 1, "duration": 30, "roles": (HANDLER, WITNESS)}
    return Request(**(fields | overrides))  # type: ignore[arg-type]


def ask(day: Day, request: Request, earliest: int, latest: int) -> Offer | Refusal:
    """Answer for one window."""
    [answer] = windows(day, request, [Window(earliest, latest)])
    return answer


def offered(answer: Offer | Refusal) -> Offer:
    """The offer, or a failed test that shows the refusal."""
    assert isinstance(answer, Offer), answer
    return answer


def refused(answer: Offer | Refusal) -> Refusal:
    """The refusal, or a failed test that shows the offer."""
    assert isinstance(answer, Refusal), answer
    return answer


def test_an_empty_day_is_priced_there_and_back() -> None:
    """Both leave the branch at nine: 10 out and 15 back each is 50 minutes of travel."""
    offer = offered(ask(Day([make_person(1), make_person(2)], ROADS), make_request(), 500, 700))
    assert (offer.start, offer.end, offer.added) == (550, 580, 50)
    assert [(leg.departs, leg.arrives, leg.ends) for leg in offer.legs] == [(540, 550, 580)] * 2
    assert [leg.home_by for leg in offer.legs] == [595, 595]
    assert [leg.shift for leg in offer.legs] == [None, None]


def test_setup_and_leave_are_inside_the_stored_span() -> None:
    """Five minutes before and ten after belong to the promise of the person's time."""
    request = make_request(roles=(HANDLER,), setup=5, leave=10)
    offer = offered(ask(Day([make_person()], ROADS), request, 600, 600))
    [leg] = offer.legs
    assert (leg.departs, leg.arrives, leg.ends, leg.home_by) == (585, 595, 640, 655)


def test_the_next_promise_leaves_from_the_new_door_and_arrives_as_before() -> None:
    """Coming from place 1 (5 minutes) instead of the branch (20) shifts only the departure."""
    promise = Promise(700, 730, place=2, departs=680, key=77)
    person = make_person(promises=(promise,))
    offer = offered(ask(Day([person], ROADS), make_request(roles=(HANDLER,)), 600, 700))
    [leg] = offer.legs
    assert leg.added == 10 + 5 - 20
    assert leg.shift is not None
    assert (leg.shift.key, leg.shift.departs, leg.shift.arrives) == (77, 695, 700)
    assert (leg.shift.origin, leg.shift.travel, leg.home_by) == (1, 5, None)


@pytest.mark.parametrize(("latest", "possible"), [(664, False), (665, True)])
def test_the_way_back_decides_to_the_minute(latest: int, possible: bool) -> None:
    """A promise until 655 at the branch, 10 on the road: 665 is the first minute."""
    person = make_person(promises=(Promise(540, 655, place=0),))
    answer = ask(Day([person], ROADS), make_request(roles=(HANDLER,)), 600, latest)
    assert isinstance(answer, Offer) is possible


@pytest.mark.parametrize(("start", "possible"), [(975, True), (976, False)])
def test_people_are_back_before_their_day_ends(start: int, possible: bool) -> None:
    """975 + 30 of service + 15 home is 1020, the end of the roster."""
    pair = fits(
        Day([make_person()], ROADS), make_request(roles=(HANDLER,)), Window(start, start), [1]
    )
    assert pair is possible


def test_without_an_end_place_nobody_need_come_home() -> None:
    """The visit may then end with the roster."""
    day = Day([make_person(end_place=None)], ROADS)
    offer = offered(ask(day, make_request(roles=(HANDLER,)), 990, 990))
    assert (offer.added, offer.legs[0].home_by) == (10, None)


def test_home_may_be_reached_before_an_afternoon_of_leave() -> None:
    """A promise without place until the evening does not forbid the visit before it."""
    leave = Promise(700, 1020, place=None)
    person = make_person(promises=(leave,))
    request = make_request(roles=(HANDLER,))
    assert offered(ask(Day([person], ROADS), request, 655, 655)).legs[0].home_by == 700
    assert refused(ask(Day([person], ROADS), request, 656, 656)).reason == Reason.BUSY


def test_a_break_is_spent_where_they_were() -> None:
    """The second visit after lunch is 5 minutes away because lunch was eaten at place 1."""
    person = make_person(spans=((540, 720), (780, 1020)), promises=(Promise(600, 660, place=1),))
    offer = offered(ask(Day([person], ROADS), make_request(place=2, roles=(HANDLER,)), 700, 800))
    assert (offer.start, offer.legs[0].origin, offer.legs[0].departs) == (785, 1, 780)


def test_the_familiar_face_goes_if_the_detour_is_worth_it() -> None:
    """A handicap of minus 5 beats equal journeys; plus 100 sends the other."""
    day = Day([make_person(1), make_person(2), make_person(3)], ROADS)
    for minutes, expected in ((-5, True), (100, False)):
        request = make_request(roles=(HANDLER,), handicaps={3: minutes})
        offer = offered(ask(day, request, 600, 700))
        assert (offer.legs[0].person == 3) is expected


def test_equal_journeys_send_the_less_loaded() -> None:
    """Load decides before the earlier start does."""
    day = Day([make_person(1, load=5), make_person(2, load=2, spans=((560, 1020),))], ROADS)
    offer = offered(ask(day, make_request(roles=(HANDLER,)), 540, 700))
    assert (offer.legs[0].person, offer.start) == (2, 570)


def test_one_person_with_both_roles_is_not_two_people() -> None:
    """A pair where only one and the same person has the roles is refused as that."""
    day = Day([make_person(1), make_person(2, roles=0)], ROADS)
    assert refused(ask(day, make_request(), 600, 700)).reason == Reason.ONE_PERSON


def test_the_best_for_both_roles_is_used_where_it_saves_more() -> None:
    """Person 1 (near) is best in both roles; the handler is replaced, which costs less."""
    roads = np.array([[0, 10, 2], [10, 0, 4], [2, 4, 0]])
    staff = [
        make_person(1, start_place=2, end_place=2),
        make_person(2, roles=HANDLER, start_place=1, end_place=1),
        make_person(3, roles=WITNESS),
    ]
    offer = offered(ask(Day(staff, roads), make_request(), 600, 700))
    assert ([leg.person for leg in offer.legs], offer.added) == ([2, 1], 8)


@pytest.mark.parametrize(
    ("staff", "request_", "reason", "role"),
    [
        ([], {}, Reason.NO_ROLE, HANDLER),
        ([make_person(1, roles=HANDLER)], {}, Reason.NO_ROLE, WITNESS),
        ([make_person(1), make_person(2)], {"excluded": {1, 2}}, Reason.EXCLUDED, HANDLER),
        (
            [make_person(1, roles=1), make_person(2, roles=2, spans=((0, 500),))],
            {},
            Reason.NO_ROSTER,
            WITNESS,
        ),
        (
            [
                make_person(1, roles=1, spans=((540, 640),)),
                make_person(2, roles=2, spans=((660, 900),)),
            ],
            {},
            Reason.NO_COMMON_ROSTER,
            None,
        ),
        ([make_person(1, spans=((600, 640),))], {"roles": (1,)}, Reason.TOO_FAR, HANDLER),
        (
            [make_person(1, promises=(Promise(600, 760, place=0),))],
            {"roles": (1,)},
            Reason.BUSY,
            HANDLER,
        ),
        (
            [
                make_person(1, roles=1, promises=(Promise(540, 650),)),
                make_person(2, roles=2, promises=(Promise(650, 1020),)),
            ],
            {},
            Reason.NOT_TOGETHER,
            None,
        ),
    ],
)
def test_a_refusal_names_what_stands_in_the_way(
    staff: list[Person], request_: dict[str, object], reason: Reason, role: int | None
) -> None:
    """Each reason is said for the window 600 to 700, with the role that lacks."""
    answer = refused(ask(Day(staff, ROADS), make_request(**request_), 600, 700))
    assert (answer.reason, answer.role) == (reason, role)


def test_windows_are_answered_in_the_order_asked() -> None:
    """Windows may overlap and come in any order; the best over all of them is the cheapest."""
    day = Day([make_person(promises=(Promise(700, 730, place=2, departs=680),))], ROADS)
    request = make_request(roles=(HANDLER,))
    asked = [Window(800, 900), Window(0, 100), Window(560, 660), Window(620, 720)]
    answers = windows(day, request, asked)
    assert [answer.window for answer in answers] == asked
    assert [isinstance(answer, Offer) for answer in answers] == [True, False, True, True]
    best = best_offer(day, request, asked)
    assert best is not None
    assert (best.window, best.added) == (asked[2], -5)
    assert best_offer(day, request, []) is None


def test_a_promise_that_is_taken_meanwhile_is_not_proven_again() -> None:
    """The same pair at the same minute is refused once one of them is busy, with the role."""
    day = Day([make_person(1), make_person(2)], ROADS)
    offer = offered(ask(day, make_request(), 600, 700))
    assert prove(day, make_request(), offer.start, [1, 2]).legs == offer.legs
    busy = Day([make_person(1), make_person(2, promises=(Promise(550, 700),))], ROADS)
    with pytest.raises(NotProven) as caught:
        prove(busy, make_request(), offer.start, [1, 2])
    assert (caught.value.refusal.reason, caught.value.refusal.role) == (Reason.BUSY, WITNESS)


@pytest.mark.parametrize(
    ("pair", "reason"), [([1, 1], Reason.ONE_PERSON), ([1, 9], Reason.NO_ROSTER)]
)
def test_a_pair_that_is_no_pair_is_not_proven(pair: list[int], reason: Reason) -> None:
    """The same person twice, or somebody who is not there that day."""
    with pytest.raises(NotProven) as caught:
        prove(Day([make_person(1), make_person(2)], ROADS), make_request(), 600, pair)
    assert caught.value.refusal.reason == reason


def test_people_without_a_span_are_simply_not_there() -> None:
    """Somebody off duty is loaded like everybody else and never sent."""
    day = Day([make_person(1, spans=()), make_person(2, spans=())], ROADS)
    assert refused(ask(day, make_request(), 600, 700)).reason == Reason.NO_ROSTER


@pytest.mark.parametrize(
    "roads",
    [np.zeros((2, 3), dtype=int), np.array([[0.5]]), np.array([[-1]]), np.array([[100_001]])],
)
def test_a_travel_table_that_is_none_is_refused(roads: np.ndarray) -> None:
    """Square, whole minutes, not negative, within bounds."""
    with pytest.raises(InvalidDay):
        Day([], roads)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Promise(10, 10),
        lambda: Promise(-1, 10),
        lambda: Promise(10, 20, departs=11),
        lambda: make_person(spans=((10, 10),)),
        lambda: make_person(load=10_000),
        lambda: make_request(duration=0),
        lambda: make_request(setup=-1),
        lambda: make_request(roles=()),
        lambda: make_request(roles=(1, 1, 1)),
        lambda: make_request(handicaps={1: 100_001}),
        lambda: Day([make_person(1), make_person(1)], ROADS),
        lambda: Day([make_person(start_place=3)], ROADS),
        lambda: Day([make_person(promises=(Promise(1, 2, place=-1),))], ROADS),
        lambda: ask(Day([], ROADS), make_request(), 700, 600),
        lambda: ask(Day([], ROADS), make_request(place=3), 600, 700),
        lambda: fits(Day([], ROADS), make_request(), Window(600, 700), [1]),
    ],
)
def test_nonsense_is_refused_by_name(make: object) -> None:
    """Every bad value raises InvalidDay and nothing else."""
    with pytest.raises(InvalidDay):
        make()  # type: ignore[operator]
