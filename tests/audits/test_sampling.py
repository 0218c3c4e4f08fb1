"""Who is inspected next: hand-computed risks, and what must hold of every choice."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.sampling import BranchFacts, choose, risk


def facts(branch: int = 1, **overrides: Any) -> BranchFacts:
    fields: dict[str, Any] = {
        "last_score": Fraction(100),
        "complaints": 0,
        "oldest_finding_days": 0,
        "days_since": 0,
    } | overrides
    return BranchFacts(branch=branch, **fields)


@pytest.mark.parametrize(
    ("overrides", "total"),
    [
        ({}, 0),
        ({"last_score": Fraction(60)}, 14),  # 35 x 40 %
        ({"last_score": None}, Fraction(35, 2)),  # half marks
        ({"complaints": 2}, 8),  # 20 x 2/5
        ({"complaints": 50}, 20),
        ({"oldest_finding_days": 90}, 10),
        ({"days_since": 365}, 15),
        ({"days_since": 730}, 25),
        ({"days_since": None}, 25),
        (
            {
                "last_score": Fraction(0),
                "complaints": 9,
                "oldest_finding_days": 999,
                "days_since": 9999,
            },
            100,
        ),
    ],
)
def test_risks_by_hand(overrides: dict[str, Any], total: Fraction) -> None:
    assert risk(facts(**overrides)).total == total


def test_the_riskiest_first_and_a_share_by_chance() -> None:
    rows = [facts(n, complaints=n % 6) for n in range(1, 21)]
    chosen = choose(rows, count=10, seed=7)
    assert [one.by_chance for one in chosen] == [False] * 8 + [True] * 2
    # Five complaints: 5, 11, 17; then four: 4, 10, 16; then three, lowest number first.
    assert [one.branch for one in chosen][:8] == [5, 11, 17, 4, 10, 16, 3, 9]
    assert chosen == choose(reversed(rows), count=10, seed=7)
    assert len({one.branch for one in chosen}) == 10


def test_more_than_there_are_and_none_at_all() -> None:
    assert [one.branch for one in choose([facts(1)], count=5, seed=1)] == [1]
    assert choose([], count=5, seed=1) == []
    with pytest.raises(ValueError, match="negative"):
        choose([facts()], count=-1, seed=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        choose([facts()], count=1, seed=1, by_chance=Fraction(2))


some_facts = st.builds(
    BranchFacts,
    branch=st.integers(1, 10**6),
    last_score=st.none() | st.fractions(0, 100),
    complaints=st.integers(0, 100),
    oldest_finding_days=st.integers(0, 2000),
    days_since=st.none() | st.integers(0, 5000),
)


@settings(max_examples=100, deadline=None)
@given(some_facts)
def test_risk_lies_between_nothing_and_a_hundred(one: BranchFacts) -> None:
    assert 0 <= risk(one).total <= 100


@settings(max_examples=100, deadline=None)
@given(some_facts, st.integers(1, 100))
def test_worse_facts_are_never_a_smaller_risk(one: BranchFacts, more: int) -> None:
    worse = BranchFacts(
        branch=one.branch,
        last_score=None if one.last_score is None else max(Fraction(0), one.last_score - more),
        complaints=one.complaints + more,
        oldest_finding_days=one.oldest_finding_days + more,
        days_since=None if one.days_since is None else one.days_since + more,
    )
    assert risk(worse).total >= risk(one).total


@settings(max_examples=50, deadline=None)
@given(st.lists(some_facts, unique_by=lambda f: f.branch, max_size=30), st.integers(0, 40))
def test_as_many_as_asked_for_and_nobody_twice(rows: list[BranchFacts], count: int) -> None:
    chosen = [one.branch for one in choose(rows, count=count, seed=3)]
    assert len(chosen) == len(set(chosen)) == min(count, len(rows))
    assert set(chosen) <= {row.branch for row in rows}
