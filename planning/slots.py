"""The free stretches of a person's day, and what lies before and after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from planning.day import Person, Promise

NOWHERE = -1
"""In place of a place: the day may end anywhere."""

FAR = 1_000_000
"""A minute that never comes."""


class Slot(NamedTuple):
    """A stretch of roster in which nothing is promised.

    The journey to the *next* promise counts as free here: an insertion replaces it, so it is
    tested with the new place (``bound``, ``due``), not with the old one.

    Attributes
    ----------
    person : int
        Row of the person in the day.
    start, end : int
        Minutes, half open.
    before : int
        Place at which the person is when the slot starts.
    after : int
        Place they go to next, the end of their day included; ``NOWHERE`` if none.
    due : int
        Minute by which they must be at ``after``; ``FAR`` for the end of the day.
    bound : int
        First minute at which the journey to ``after`` may begin: the end of the last promise
        without place, or of the last break, that lies in between.
    homeward : int
        1 if ``after`` is the end of the day, else 0.
    shifted : Promise or None
        The promise whose leading journey an insertion changes.
    """

    person: int
    start: int
    end: int
    before: int
    after: int
    due: int
    bound: int
    homeward: int
    shifted: Promise | None


def merged(spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Spans in order, with those that touch or overlap made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def free_slots(row: int, person: Person) -> list[Slot]:
    """Free stretches of one person in order of time, longest possible each.

    Promises outside the roster stand (overtime that was agreed): they take no slot, but people
    come from them and go to them. Overlapping promises, which should not be, are walked around.
    """
    spans = merged(person.spans)
    promises = sorted(person.promises, key=lambda promise: (promise.arrives, promise.ends))
    found: list[Slot] = []
    for span_start, span_end in spans:
        cursor = span_start
        for promise in promises:
            if promise.ends <= cursor or promise.arrives >= span_end:
                continue
            if promise.arrives > cursor:
                found.append(_slot(row, person, spans, promises, cursor, promise.arrives))
            cursor = max(cursor, promise.ends)
        if cursor < span_end:
            found.append(_slot(row, person, spans, promises, cursor, span_end))
    return found


def _slot(
    row: int,
    person: Person,
    spans: list[tuple[int, int]],
    promises: list[Promise],
    start: int,
    end: int,
) -> Slot:
    """Look both ways from one free stretch."""
    past = [promise for promise in promises if promise.ends <= start and promise.place is not None]
    coming = [promise for promise in promises if promise.arrives >= end]
    located = [promise for promise in coming if promise.place is not None]
    last = max(past, key=lambda promise: promise.ends, default=None)
    before = person.start_place if last is None or last.place is None else last.place
    if not located or located[0].place is None:
        if person.end_place is None:
            return Slot(row, start, end, before, NOWHERE, FAR, 0, 0, None)
        return Slot(row, start, end, before, person.end_place, FAR, 0, 1, None)
    following = located[0]
    between = [promise.ends for promise in coming if promise.arrives < following.arrives]
    bound = max(_first_working(spans, following), *between, 0)
    return Slot(row, start, end, before, located[0].place, following.arrives, bound, 0, following)


def _first_working(spans: list[tuple[int, int]], promise: Promise) -> int:
    """First minute from which the person works without a break until they arrive.

    A journey that was promised outside the roster may be made again there.
    """
    first = promise.arrives
    for departure in (promise.arrives, promise.leaves):
        first = min(first, departure)
        for span_start, span_end in spans:
            if span_start < first <= span_end:
                first = span_start
    return first
