"""What a search gives back: routes with times, the cost in its parts, reasons for what is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """One person's part of one visit.

    Attributes
    ----------
    visit : int
        Id of the visit; ``-1 - key`` for a promise that the person had before.
    task : int
        0 or 1: which task of it.
    start, end : float
        Minutes of the service itself, without set-up and leave-taking.
    """

    visit: int
    task: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Route:
    """What one person does, in order."""

    person: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost in its parts.

    Attributes
    ----------
    travel, lateness, worst : float
        Minutes, unweighted.
    tastes : float
        Familiar faces (negative) and changes of what was announced.
    left_out : float
        Prices of optional visits left out.
    total : float
        Weighted sum. Visits that must be served and are not are counted by ``Result.left_out``,
        never hidden in a large number here.
    """

    travel: float
    lateness: float
    worst: float
    tastes: float
    left_out: float
    total: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A visit that is not served, and why.

    Attributes
    ----------
    visit : int
        Id.
    reason : str
        ``nobody_able``, ``one_person_for_two``, ``no_time``, ``no_room`` or ``too_dear``.
    words : str
        The same for a person to read.
    must : bool
        Whether it had to be served.
    """

    visit: int
    reason: str
    words: str
    must: bool


@dataclass(frozen=True)
class Result:
    """A plan.

    Attributes
    ----------
    routes : tuple of Route
        One per person of the problem, in its order, empty ones included.
    cost : Cost
        What it costs.
    left_out : tuple of LeftOut
        What it does not serve.
    steps : int
        Moves tried by all workers.
    seconds : float
        Time taken.
    trace : tuple of (float, float)
        Seconds and best cost of the first worker after each chunk that found a better one.
    """

    routes: tuple[Route, ...]
    cost: Cost
    left_out: tuple[LeftOut, ...]
    steps: int
    seconds: float
    trace: tuple[tuple[float, float], ...]

    @property
    def complete(self) -> bool:
        """Whether everything that must be served is."""
        return not any(left.must for left in self.left_out)
