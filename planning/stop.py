"""When is a search over? Small classes that say how much of the budget is spent.

The annealing schedule needs not only *whether* to stop but *how far* it is, so a criterion answers
with a share. The shape is PyVRP's (Wouda, Lan, Kool 2024, doi 10.1287/ijoc.2023.0055).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Protocol

from planning.errors import InvalidParams


class Stop(Protocol):
    """What ``solve`` asks between chunks of steps, from several threads at once."""

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        """Share of the budget used, in [0, 1]; 1 ends the search.

        Parameters
        ----------
        seconds : float
            Since ``solve`` was called, by a clock that never goes back.
        steps : int
            Moves tried by the worker that asks.
        stale : int
            Those of them since it last found a better plan than any it had before.
        """
        ...


@dataclass(frozen=True)
class MaxSeconds:
    """Stop after some seconds. The result depends on the machine's speed."""

    seconds: float

    def __post_init__(self) -> None:
        if not self.seconds >= 0:
            raise InvalidParams(f"seconds must be at least 0, got {self.seconds}")

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        return 1.0 if seconds >= self.seconds else seconds / self.seconds


class MaxCpuSeconds:
    """Stop after some seconds of this process's processor time, all threads together.

    For a machine that has other work: what others take does not count. The time runs from the
    first question, so one object serves one search.
    """

    def __init__(self, seconds: float) -> None:
        self.whole = MaxSeconds(seconds)
        self.began: float | None = None

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        now = process_time()
        if self.began is None:
            self.began = now
        return self.whole.spent(now - self.began, steps, stale)


@dataclass(frozen=True)
class MaxSteps:
    """Stop after some moves per worker. The same seed gives the same plan."""

    steps: int

    def __post_init__(self) -> None:
        if not self.steps >= 0:
            raise InvalidParams(f"steps must be at least 0, got {self.steps}")

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        return 1.0 if steps >= self.steps else steps / self.steps


@dataclass(frozen=True)
class NoGain:
    """Stop after some moves without a better plan.

    It cannot tell how far the search is, so it does not cool it: use it in ``FirstOf`` beside a
    budget.
    """

    steps: int

    def __post_init__(self) -> None:
        if not self.steps >= 1:
            raise InvalidParams(f"steps without a gain must be at least 1, got {self.steps}")

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        return 1.0 if stale >= self.steps else 0.0


@dataclass(frozen=True)
class Asked:
    """Stop when somebody asks for it: ``asked()`` turns true."""

    asked: Callable[[], bool]

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        return 1.0 if self.asked() else 0.0


class FirstOf:
    """Stop as soon as one of several criteria is met."""

    def __init__(self, *stops: Stop) -> None:
        if not stops:
            raise InvalidParams("at least one criterion is needed")
        self.stops = stops

    def spent(self, seconds: float, steps: int, stale: int) -> float:
        return max(stop.spent(seconds, steps, stale) for stop in self.stops)
