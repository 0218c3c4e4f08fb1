"""When is a search over? Small classes that say how much of the budget is spent.

The annealing schedule needs not only *whether* to stop but *how far* it is, so a criterion answers
with a share. The shape is PyVRP's (Wouda, Lan, Kool 2024, doi 10.1287/ijoc.2023.0055).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from planning.errors import InvalidParams


class Stop(Protocol):
    """What ``solve`` asks between chunks of steps, from several threads at once."""

    def spent(self, seconds: float, steps: int) -> float:
        """Share of the budget used, in [0, 1]; 1 ends the search.

        Parameters
        ----------
        seconds : float
            Since ``solve`` was called, by a clock that never goes back.
        steps : int
            Moves tried by the worker that asks.
        """
        ...


@dataclass(frozen=True)
class MaxSeconds:
    """Stop after some seconds. The result depends on the machine's speed."""

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds >= 0:
            raise InvalidParams(f"seconds must be at least 0, got {self.seconds}")

    def spent(self, seconds: float, steps: int) -> float:
        return 1.0 if seconds >= self.seconds else seconds / self.seconds


@dataclass(frozen=True)
class MaxSteps:
    """Stop after some moves per worker. The same seed gives the same plan."""

    steps: int

    def __post_init__(self) -> None:
        if not self.steps >= 0:
            raise InvalidParams(f"steps must be at least 0, got {self.steps}")

    def spent(self, seconds: float, steps: int) -> float:
        return 1.0 if steps >= self.steps else steps / self.steps


@dataclass(frozen=True)
class Asked:
    """Stop when somebody asks for it: ``asked()`` turns true."""

    asked: Callable[[], bool]

    def spent(self, seconds: float, steps: int) -> float:
        return 1.0 if self.asked() else 0.0


class FirstOf:
    """Stop as soon as one of several criteria is met."""

    def __init__(self, *stops: Stop) -> None:
        if not stops:
            raise InvalidParams("at least one criterion is needed")
        self.stops = stops

    def spent(self, seconds: float, steps: int) -> float:
        return max(stop.spent(seconds, steps) for stop in self.stops)
