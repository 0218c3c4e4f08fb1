"""What a rule of dispatch made of some days, in figures that can be held against each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from eldercare.simulation.replay import Served
from eldercare.waits import quantile


@dataclass(frozen=True)
class Figures:
    """Waits in minutes. ``inequality``: Gini coefficient of each assistant's minutes at somebody's
    side, mean over the days: 0 when all did the same."""

    people: int
    mean: float
    median: float
    p90: float
    longest: float
    with_needs_median: float
    with_needs_p90: float
    needs_missed: int
    inequality: float


def figures_of(days: Sequence[Sequence[Served]]) -> Figures:
    """The figures of several days together.

    Raises:
        ValueError: nobody came on any of them.
    """
    served = [one for day in days for one in day]
    if not served:
        raise ValueError("Nobody came on these days.")
    waits = [one.waited for one in served]
    needy = [one.waited for one in served if one.arrival.needs] or [0]
    return Figures(
        people=len(served),
        mean=fmean(waits),
        median=median(waits),
        p90=quantile(waits, 0.9),
        longest=max(waits),
        with_needs_median=median(needy),
        with_needs_p90=quantile(needy, 0.9),
        needs_missed=sum(one.skill_missing for one in served),
        inequality=fmean(_gini(_minutes(day)) for day in days if day),
    )


def _minutes(day: Iterable[Served]) -> list[int]:
    at_side: dict[int, int] = defaultdict(int)
    for one in day:
        at_side[one.assistant] += one.arrival.minutes
    return list(at_side.values())


def _gini(values: Sequence[float]) -> float:
    """Half the relative mean difference between any two."""
    total = sum(values)
    if not total:
        return 0.0
    apart = sum(abs(one - other) for one in values for other in values)
    return apart / (2 * len(values) * total)
