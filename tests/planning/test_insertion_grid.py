"""One more visit: exact, whatever the day, against every minute tried by brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.insertion import (
    Day,
    Offer,
    Person,
    Promise,
    Refusal,
    Request,
    Window,
    prove,
    windows,
)

Answer = tuple[int, int, int] | None
"""Score, load and start of the best offer."""


def price(day: Day, person: Person, request: Request, start: int) -> int | None:
    """Travel that a visit at this minute adds to the person's day, or None if they cannot."""
    arrives, ends = start - request.setup, start + request.duration + request.leave
    located = sorted(
        (promise for promise in person.promises if promise.place is not None),
        key=lambda promise: promise.arrives,
    )
    before = [promise for promise in located if promise.ends <= arrives]
    after = [promise for promise in located if promise.arrives >= ends]
    came_from = before[-1].place if before else person.start_place
    assert came_from is not None
    inward = int(day.travel[came_from, request.place])
    works = {minute for first, last in person.spans for minute in range(first, last)}
    promised = {m for promise in person.promises for m in range(promise.arrives, promise.ends)}
    block = set(range(arrives - inward, ends))
    if not block <= works - promised:
        return None
    goes_to = after[0].place if after else person.end_place
    if goes_to is None:
        return inward
    onward = int(day.travel[request.place, goes_to])
    if after and not _reaches(after[0], onward, works, promised | block):
        return None
    if not after and not _comes_home(ends, onward, works, promised):
        return None
    return inward + onward - int(day.travel[came_from, goes_to])


def _reaches(following: Promise, onward: int, works: set[int], taken: set[int]) -> bool:
    journey = set(range(following.arrives - onward, following.arrives))
    earlier = set(range(following.leaves, following.arrives))
    return journey <= (works | earlier) - taken


def _comes_home(ends: int, onward: int, works: set[int], promised: set[int]) -> bool:
    free = works - promised
    return onward == 0 or any(
        set(range(leaves, leaves + onward)) <= free for leaves in range(ends, max(works) + 1)
    )


def cheapest(day: Day, request: Request, window: Window) -> Answer:
    """Least (score, load, start) over every team and every minute of the window."""
    teams = [
        [
            person
            for person in day.people
            if person.roles & role == role and person.id not in request.excluded
        ]
        for role in request.roles
    ]
    found = []
    for start in range(window.earliest, window.latest + 1):
        costs = {person.id: price(day, person, request, start) for person in day.people}
        for team in product(*teams):
            if len({person.id for person in team}) < len(team):
                continue
            added = [costs[person.id] for person in team]
            extra = sum(request.handicaps.get(person.id, 0) for person in team)
            if None not in added:
                score = sum(cost for cost in added if cost is not None) + extra
                found.append((score, sum(person.load for person in team), start))
    return min(found, default=None)


@st.composite
def people(draw: st.DrawFn, identity: int, places: int) -> Person:
    """A person with spans, breaks, and promises that do not overlap."""
    first, last = draw(st.integers(0, 20)), draw(st.integers(45, 75))
    noon = sorted(draw(st.sets(st.integers(first + 1, last - 1), min_size=2, max_size=2)))
    spans = draw(st.sampled_from([((first, last),), ((first, noon[0]), (noon[1], last))]))
    marks = sorted(draw(st.sets(st.integers(0, 75), max_size=6)))
    somewhere = st.one_of(st.none(), st.integers(0, places - 1))
    promises: list[Promise] = []
    for arrives, ends in zip(marks[::2], marks[1::2], strict=False):
        earliest = promises[-1].ends if promises else 0
        departs = draw(st.integers(earliest, arrives))
        promises.append(Promise(arrives, ends, draw(somewhere), departs, len(promises)))
    return Person(
        identity,
        spans,
        draw(st.integers(0, places - 1)),
        draw(somewhere),
        draw(st.sampled_from([0, 1, 2, 3, 3, 3])),
        tuple(draw(st.permutations(promises))),
        draw(st.integers(0, 3)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Day, Request, list[Window]]:
    """A small day with any travel table at all, a request and some windows."""
    places = draw(st.integers(1, 4))
    row = st.lists(st.integers(0, 8), min_size=places, max_size=places)
    table = draw(st.lists(row, min_size=places, max_size=places))
    staff = [draw(people(identity, places)) for identity in range(draw(st.integers(1, 4)))]
    request = Request(
        draw(st.integers(0, places - 1)),
        draw(st.integers(1, 8)),
        tuple(draw(st.lists(st.integers(0, 2), min_size=1, max_size=2))),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 3)),
        draw(st.dictionaries(st.integers(0, 4), st.integers(-9, 9), max_size=3)),
        draw(st.frozensets(st.integers(0, 4), max_size=1)),
    )
    starts = draw(
        st.lists(st.tuples(st.integers(5, 60), st.integers(0, 20)), min_size=1, max_size=3)
    )
    asked = [Window(first, first + length) for first, length in starts]
    return Day(staff, np.array(table)), request, asked


@settings(max_examples=400, deadline=None, derandomize=True)
@given(cases())
def test_it_agrees_with_every_minute_tried(case: tuple[Day, Request, list[Window]]) -> None:
    """Offer, price and start equal the brute force, whatever the roads, breaks and promises."""
    day, request, asked = case
    for window, answer in zip(asked, windows(day, request, asked), strict=True):
        expected = cheapest(day, request, window)
        if expected is None:
            assert isinstance(answer, Refusal)
            continue
        assert isinstance(answer, Offer)
        offer = answer
        team = [day.people[day.rows[leg.person]] for leg in offer.legs]
        assert (offer.score, sum(person.load for person in team), offer.start) == expected
        prices = [price(day, person, request, offer.start) for person in team]
        assert prices == [leg.added for leg in offer.legs]
        again = prove(day, request, offer.start, [leg.person for leg in offer.legs])
        assert replace(again, window=window, score=offer.score) == offer


@settings(max_examples=200, deadline=None, derandomize=True)
@given(cases())
def test_what_is_stored_never_overlaps(case: tuple[Day, Request, list[Window]]) -> None:
    """The guarded span and the shifted one touch nobody's promise, and no arrival moves."""
    day, request, asked = case
    for answer in windows(day, request, asked):
        if isinstance(answer, Refusal):
            continue
        for leg in answer.legs:
            promises = {promise.key: promise for promise in day.people[leg.person].promises}
            spans = [(leg.departs, leg.ends)]
            if leg.shift is not None:
                moved = promises.pop(leg.shift.key)
                assert leg.shift.arrives == moved.arrives
                spans.append((leg.shift.departs, moved.ends))
            kept = [(promise.arrives, promise.ends) for promise in promises.values()]
            ordered = sorted(spans + kept)
            assert all(a[1] <= b[0] for a, b in pairwise(ordered))
