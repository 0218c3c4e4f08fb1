"""Whoever has heard one code is no nearer to the other."""

from collections import Counter
from math import sqrt

from appointments import door_codes

DRAWS = 20_000
SIGMAS = 6


def test_one_code_says_nothing_about_the_other() -> None:
    """For each last digit of the one, every last digit of the other is as likely as any."""
    seen = Counter((first[-1], second[-1]) for first, second in map(_draw, range(DRAWS)))
    expected = DRAWS / 100
    assert len(seen) == 100
    for pair, times in seen.items():
        assert abs(times - expected) < SIGMAS * sqrt(expected), (pair, times)


def test_neither_the_sum_nor_the_difference_of_both_is_fixed() -> None:
    codes = [_draw(n) for n in range(2000)]
    sums = {(int(first) + int(second)) % 10_000 for first, second in codes}
    differences = {(int(first) - int(second)) % 10_000 for first, second in codes}
    assert min(len(sums), len(differences)) > 1500
    assert 0 not in differences


def _draw(_n: int) -> tuple[str, str]:
    return door_codes.draw()
