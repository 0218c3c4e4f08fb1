"""One day as it stands: who works when, where they start and end, what they have promised.

All times are whole minutes since the day's midnight; intervals are half open, ``[start, end)``.
Travel is in whole minutes, ``travel[from, to]``; it need be neither symmetric nor metric.

The promise of a visit is stored by the caller as one guarded span ``[departs, ends)``: the journey
to the door, the visit, and the minutes to take leave. The journey *onward* belongs to whatever
comes next. So a new visit in front of an old promise moves that promise's departure, never its
arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from planning.errors import InvalidDay
from planning.slots import NOWHERE, Slot, free_slots

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Promise:
    """A stretch of a person's day that is already given away and must not move.

    Parameters
    ----------
    arrives : int
        Minute by which the person must be at ``place`` (service start less set-up); for a
        promise without place the minute it begins.
    ends : int
        First free minute after it.
    place : int or None
        Where it happens. None means anywhere: the person stays where they last were.
    departs : int or None
        Start of the stored span, leading journey included. None means the same as ``arrives``.
    key : int
        The caller's own name for it (a commitment's primary key); comes back in ``Shift``.
    """

    arrives: int
    ends: int
    place: int | None = None
    departs: int | None = None
    key: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.arrives < self.ends:
            raise InvalidDay(f"a promise needs 0 <= arrives < ends, got {self}")
        if self.departs is not None and not 0 <= self.departs <= self.arrives:
            raise InvalidDay(f"a promise needs 0 <= departs <= arrives, got {self}")

    @property
    def leaves(self) -> int:
        """Start of the stored span."""
        return self.arrives if self.departs is None else self.departs


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be sent, and their day.

    Parameters
    ----------
    id : int
        The caller's name for the person.
    spans : tuple of (int, int)
        When they may work: roster less breaks. Between two spans they stay where they last were.
    start_place, end_place : int, int or None
        Where the first journey begins; where they must be back before the last span ends (None:
        nowhere in particular).
    roles : int
        Bit mask of what they may do.
    promises : tuple of Promise
        What they have already promised, in any order.
    load : int
        Breaks ties between equal journeys: the less loaded person goes. 0 to 9999.
    """

    id: int
    spans: tuple[tuple[int, int], ...]
    start_place: int
    end_place: int | None
    roles: int
    promises: tuple[Promise, ...] = ()
    load: int = 0

    def __post_init__(self) -> None:
        for start, end in self.spans:
            if not 0 <= start < end:
                raise InvalidDay(f"a span needs 0 <= start < end, got {(start, end)}")
        if not 0 <= self.load <= 9999:
            raise InvalidDay(f"load must be in 0..9999, got {self.load}")


@dataclass(frozen=True, slots=True)
class Request:
    """One more visit, asked for.

    Parameters
    ----------
    place : int
        The customer's door.
    duration : int
        Minutes of service.
    roles : tuple of int
        One mask per person needed, one or two: each needs *all* bits of theirs, the people are
        distinct, both start at the same minute and stay to the end.
    setup, leave : int
        Minutes to be at the door before the service starts, and to get away after it.
    handicaps : mapping of person id to int
        Minutes added to somebody's journey when people are compared: negative for a familiar
        face, large for somebody from another branch.
    excluded : frozenset of person id
        People who must not be sent (the customer's wish, a rule).
    """

    place: int
    duration: int
    roles: tuple[int, ...]
    setup: int = 0
    leave: int = 0
    handicaps: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.roles) not in (1, 2):
            raise InvalidDay(f"a visit needs one or two people, got {len(self.roles)} roles")
        if self.duration <= 0 or self.setup < 0 or self.leave < 0:
            raise InvalidDay("a visit needs duration > 0, setup >= 0 and leave >= 0")
        if any(abs(minutes) > 100_000 for minutes in self.handicaps.values()):
            raise InvalidDay("a handicap must be within 100000 minutes either way")


class Window(NamedTuple):
    """What is promised: the service starts in ``earliest <= start <= latest``, both included."""

    earliest: int
    latest: int


@dataclass(frozen=True)
class Day:
    """People, their promises and the journeys between places: loaded once, asked often.

    Parameters
    ----------
    people : sequence of Person
        Ids must be distinct.
    travel : ndarray of int, shape (places, places)
        Minutes from row to column; a prohibitive number (say 9999) for "cannot get there".
    """

    people: Sequence[Person]
    travel: Ints

    def __post_init__(self) -> None:
        table = np.asarray(self.travel)
        if table.ndim != 2 or table.shape[0] != table.shape[1]:
            raise InvalidDay(f"the travel table must be square, got shape {table.shape}")
        if not np.issubdtype(table.dtype, np.integer) or (table < 0).any():
            raise InvalidDay("travel must be whole minutes, none negative")
        if (table > 100_000).any():
            raise InvalidDay("travel above 100000 minutes: use a smaller number for unreachable")
        object.__setattr__(self, "people", tuple(self.people))
        object.__setattr__(self, "travel", np.ascontiguousarray(table, dtype=np.int64))
        if len({person.id for person in self.people}) != len(self.people):
            raise InvalidDay("two people share an id")
        for person in self.people:
            self._check_places(person)

    def _check_places(self, person: Person) -> None:
        places = [person.start_place, *(promise.place for promise in person.promises)]
        for place in (*places, person.end_place):
            if place is not None and not 0 <= place < len(self.travel):
                raise InvalidDay(f"person {person.id}: place {place} is not in the travel table")

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every free stretch of everybody, grouped by person, in order of time."""
        found: list[Slot] = []
        for row, person in enumerate(self.people):
            found.extend(free_slots(row, person))
        return tuple(found)

    @cached_property
    def columns(self) -> Ints:
        """The slots as an array of shape (9, slots); rows as in ``Slot``, then direct travel."""
        rows = [tuple(slot)[:8] for slot in self.slots]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), 8).T
        before, after = table[3], table[4]
        direct = np.where(after == NOWHERE, 0, self.travel[before, after])
        return np.ascontiguousarray(np.vstack([table, direct]))

    @cached_property
    def roles(self) -> Ints:
        """Role mask of each person, shape (people,)."""
        return np.array([person.roles for person in self.people], dtype=np.int64)

    @cached_property
    def loads(self) -> Ints:
        """Load of each person, shape (people,)."""
        return np.array([person.load for person in self.people], dtype=np.int64)

    @cached_property
    def rows(self) -> dict[int, int]:
        """Row of each person id."""
        return {person.id: row for row, person in enumerate(self.people)}

    @cached_property
    def unpromised(self) -> Day:
        """The same day with nothing promised yet: the roster and the roads alone."""
        return Day([replace(person, promises=()) for person in self.people], self.travel)

    @cached_property
    def roadless(self) -> Day:
        """The same day with nothing promised and no way to go: the roster alone."""
        return Day(self.unpromised.people, np.zeros_like(self.travel))
