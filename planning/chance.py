"""Random numbers for kernels: xorshift64* (Vigna 2016, doi 10.1145/2845077), a state a worker."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planning.compiled import compiled

Chance = npt.NDArray[np.uint64]


def seeded(seed: int) -> Chance:
    """State of a stream: the same for the same seed, apart for others."""
    words = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    return np.maximum(words, np.uint64(1))


@compiled
def draw(chance: Chance) -> float:
    """Uniform in [0, 1)."""
    word = chance[0]
    word ^= word >> np.uint64(12)
    word ^= word << np.uint64(25)
    word ^= word >> np.uint64(27)
    chance[0] = word
    return float((word * np.uint64(2685821657736338717)) >> np.uint64(11)) * 1.1102230246251565e-16


@compiled
def pick(chance: Chance, count: int) -> int:
    """Uniform whole number below a count."""
    return int(draw(chance) * count)
