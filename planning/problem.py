"""A day to plan: people, visits, roads and what things cost. Frozen; built once, solved often.

All times and journeys are in one unit (minutes), as ints or floats. The home health care routing
and scheduling problem (HHCRSP; Mankowska, Meisel, Bierwirth 2014) is the special case of one
office, soft windows, everything served and weights of a third each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from planning.day import Person
from planning.errors import InvalidProblem
from planning.slots import FAR

Floats = npt.NDArray[np.float64]

ALWAYS = ((0, FAR),)
"""Spans of somebody without a roster."""


@dataclass(frozen=True, slots=True)
class Task:
    """One person's part of a visit.

    Parameters
    ----------
    role : int
        Mask of what the person must be able to do; all bits.
    duration : float
        Minutes of service.
    only : frozenset of person id, or None
        The people who may do it (a fixed person, a gender wish). None: anybody with the role.
    tastes : mapping of person id to float
        Cost of sending that person: negative for a familiar face, positive for everybody but the
        person announced.
    """

    role: int
    duration: float
    only: frozenset[int] | None = None
    tastes: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.duration >= 0:
            raise InvalidProblem(f"duration must be at least 0, got {self.duration}")


@dataclass(frozen=True, slots=True)
class Visit:
    """One or two people at one door.

    Parameters
    ----------
    id : int
        The caller's name for it.
    place : int
        Row of the travel table.
    tasks : tuple of Task
        One or two; two are done by two different people.
    earliest, latest : float
        The promised window for the start of each task.
    hard : bool
        True: a start after ``latest`` is forbidden. False: it costs lateness.
    gap : (float, float)
        The second task starts at least and at most this long after the first; (0, 0) means both
        start together.
    setup, leave : float
        Minutes at the door before the start, and to get away after the end.
    price : float or None
        Cost of leaving the visit out. None: it must be served.
    """

    id: int
    place: int
    tasks: tuple[Task, ...]
    earliest: float = 0
    latest: float = FAR
    hard: bool = True
    gap: tuple[float, float] = (0, 0)
    setup: float = 0
    leave: float = 0
    price: float | None = None

    def __post_init__(self) -> None:
        if len(self.tasks) not in (1, 2):
            raise InvalidProblem(f"visit {self.id}: one or two tasks, got {len(self.tasks)}")
        if not 0 <= self.earliest <= self.latest:
            raise InvalidProblem(f"visit {self.id}: needs 0 <= earliest <= latest")
        if not 0 <= self.gap[0] <= self.gap[1]:
            raise InvalidProblem(f"visit {self.id}: gap needs 0 <= min <= max, got {self.gap}")
        if not (self.setup >= 0 and self.leave >= 0):
            raise InvalidProblem(f"visit {self.id}: setup and leave must be at least 0")
        if self.price is not None and not self.price >= 0:
            raise InvalidProblem(f"visit {self.id}: price must be at least 0, got {self.price}")


@dataclass(frozen=True, slots=True)
class Weights:
    """What a minute costs.

    Parameters
    ----------
    travel : float
        A minute on the road.
    lateness : float
        A minute of start after a soft window, summed over tasks.
    worst : float
        A minute of the greatest such lateness.
    """

    travel: float = 1.0
    lateness: float = 1.0
    worst: float = 0.0

    def __post_init__(self) -> None:
        for name in ("travel", "lateness", "worst"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise InvalidProblem(f"weight {name} must be in [0, inf), got {value}")


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything the search may know.

    Parameters
    ----------
    people : sequence of Person
        Their promises stand: those with a place become stops of their route at that very minute,
        those without are breaks.
    visits : sequence of Visit
        Ids must be distinct.
    travel : ndarray, shape (places, places)
        Minutes from row to column.
    weights : Weights
        What a minute costs.
    """

    people: Sequence[Person]
    visits: Sequence[Visit]
    travel: Floats
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        table = np.ascontiguousarray(self.travel, dtype=np.float64)
        if table.ndim != 2 or table.shape[0] != table.shape[1]:
            raise InvalidProblem(f"the travel table must be square, got shape {table.shape}")
        if not np.isfinite(table).all() or (table < 0).any():
            raise InvalidProblem("travel must be finite and not negative")
        object.__setattr__(self, "people", tuple(self.people))
        object.__setattr__(self, "visits", tuple(self.visits))
        object.__setattr__(self, "travel", table)
        for name, things in (("people", self.people), ("visits", self.visits)):
            if len({thing.id for thing in things}) != len(things):
                raise InvalidProblem(f"two {name} share an id")
        if any(visit.id < 0 for visit in self.visits):
            raise InvalidProblem("ids of visits must be at least 0: below are people's promises")
        self._check_places()

    def _check_places(self) -> None:
        inside = range(len(self.travel))
        for visit in self.visits:
            if visit.place not in inside:
                raise InvalidProblem(f"visit {visit.id}: place {visit.place} is not in the table")
        for person in self.people:
            ends = (person.start_place, person.end_place)
            for place in (*ends, *(promise.place for promise in person.promises)):
                if place is not None and place not in inside:
                    raise InvalidProblem(f"person {person.id}: place {place} is not in the table")
