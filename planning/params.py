"""The numbers of the search; they check themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.errors import InvalidParams
from planning.problem import Floats


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters of the search; the defaults were set on the odd public instances as one set.

    Parameters
    ----------
    near : int
        Neighbours kept per task and side.
    hot, cold : float
        First and last temperature, as multiples of the cost of a mean journey between neighbours.
    starts : int
        Most short searches from scratch before the best of them is searched on.
    pace : int
        Steps of the whole budget that each such start needs per task.
    split : float
        Share of the budget spent on those starts.
    chunk : int
        Steps between two looks at the clock.
    turns : int
        Ruins after each chunk.
    whole : float
        Share of the ruins that take out a stretch of somebody's day, up to all of it.
    reheat : float
        First temperature of the long search, same unit as ``hot``.
    pair, roles, tail, single, swap : float
        Shares of the moves: a pair together, people at a door trade roles, tails of two routes,
        one task elsewhere, two tasks exchanged; the rest exchanges short runs.
    blink : float
        Chance that a place is overlooked when a ruin is put back.
    """

    near: int = 30
    hot: float = 1.0
    cold: float = 0.02
    starts: int = 4
    pace: int = 4000
    split: float = 0.5
    chunk: int = 1000
    turns: int = 3
    whole: float = 0.2
    reheat: float = 0.4
    pair: float = 0.15
    roles: float = 0.03
    tail: float = 0.15
    single: float = 0.37
    swap: float = 0.15
    blink: float = 0.02

    def __post_init__(self) -> None:
        if min(self.near, self.starts, self.chunk, self.pace) < 1 or self.turns < 0:
            raise InvalidParams("near, starts, pace and chunk must be at least 1, turns at least 0")
        if not 0 < self.cold <= self.reheat or not self.cold <= self.hot < float("inf"):
            raise InvalidParams("temperatures need 0 < cold <= reheat, cold <= hot")
        if not 0 <= self.split <= 1 or not 0 <= self.whole <= 1 or not 0 <= self.blink < 1:
            raise InvalidParams("split and whole must be in [0, 1], blink in [0, 1)")
        shares = self.shares
        if min(shares) < 0 or sum(shares) > 1 + 1e-9:
            raise InvalidParams("shares of moves must not be negative, nor above 1 together")

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the moves in the order the kernels know them."""
        return (self.pair, self.roles, self.tail, self.single, self.swap)

    @property
    def mix(self) -> Floats:
        """Cumulative shares, float64, shape (5,)."""
        return np.cumsum(np.array(self.shares, dtype=np.float64))
