"""Which branches to inspect next: by risk, with a share left to chance.

A pure function of facts, so that the choice can be explained and repeated. Chance keeps a share,
for a branch that can reckon when it is its turn prepares for the day. The weights are proposals.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

NEVER_DAYS: Final = 730
YEAR: Final = 365
MOST_COMPLAINTS: Final = 5
OLDEST_FINDING: Final = 180
# What each fact may add at most; together 100.
SCORE_SHARE, COMPLAINT_SHARE, FINDING_SHARE, TIME_SHARE = 35, 20, 20, 25


@dataclass(frozen=True)
class BranchFacts:
    """What the choice looks at. ``last_score`` and ``days_since`` are None when never inspected."""

    branch: int
    last_score: Fraction | None
    complaints: int
    oldest_finding_days: int
    days_since: int | None


@dataclass(frozen=True)
class Risk:
    """0 to 100, with the parts it is made of so that a page can say why."""

    score: Fraction
    complaints: Fraction
    findings: Fraction
    time: Fraction

    @property
    def total(self) -> Fraction:
        return self.score + self.complaints + self.findings + self.time


@dataclass(frozen=True)
class Chosen:
    branch: int
    risk: Risk
    by_chance: bool


def risk(facts: BranchFacts) -> Risk:
    """How much there is to fear. Never inspected counts as half marks and two years ago."""
    last = Fraction(50) if facts.last_score is None else facts.last_score
    days = NEVER_DAYS if facts.days_since is None else facts.days_since
    return Risk(
        score=SCORE_SHARE * (100 - last) / 100,
        complaints=COMPLAINT_SHARE * _share(facts.complaints, MOST_COMPLAINTS),
        findings=FINDING_SHARE * _share(facts.oldest_finding_days, OLDEST_FINDING),
        # A year counts 60 % of the share; what is older than that goes on rising to two years.
        time=TIME_SHARE
        * (Fraction(3, 5) * _share(days, YEAR) + Fraction(2, 5) * _share(days - YEAR, YEAR)),
    )


def choose(
    facts: Iterable[BranchFacts], *, count: int, seed: int, by_chance: Fraction = Fraction(1, 5)
) -> list[Chosen]:
    """``count`` branches: the riskiest, and a share drawn from the rest. Same seed, same choice.

    Raises:
        ValueError: a negative count, or a share that is none.
    """
    if count < 0 or not 0 <= by_chance <= 1:
        raise ValueError("count must not be negative, and the share lies between 0 and 1")
    risks = {one.branch: risk(one) for one in facts}
    ordered = sorted(risks, key=lambda branch: (-risks[branch].total, branch))
    count = min(count, len(ordered))
    drawn = int(count * by_chance)
    certain = ordered[: count - drawn]
    rest = sorted(ordered[count - drawn :])
    lucky = random.Random(seed).sample(rest, drawn)  # noqa: S311  # fair, not secret
    return [
        *(Chosen(branch, risks[branch], by_chance=False) for branch in certain),
        *(Chosen(branch, risks[branch], by_chance=True) for branch in sorted(lucky)),
    ]


def _share(number: int, most: int) -> Fraction:
    return Fraction(min(max(number, 0), most), most)
