"""Scores and grades, reckoned from verdicts and never typed.

Points are weights of items that passed, over weights of items that apply; what does not apply
leaves the denominator (DOMAIN §3, scoring proposal, after the points of CBSS1000). Percentages are
exact fractions; only a page rounds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from audits.judging import Verdict
from audits.standard import GradeRule, Item, Standard

Verdicts = Mapping[str, Verdict]


@dataclass(frozen=True)
class Points:
    """So many points out of so many; ``code`` is a section's, or empty for the whole."""

    code: str
    points: int
    out_of: int

    @property
    def percent(self) -> Fraction | None:
        """None when nothing applied."""
        return Fraction(100 * self.points, self.out_of) if self.out_of else None

    @property
    def shown(self) -> Decimal | None:
        """The percentage with one decimal, halves rounded up as people do."""
        return rounded(self.percent) if self.percent is not None else None

    def lacks(self, percent: int) -> int:
        """How many more points would reach ``percent``."""
        return max(0, ceil(Fraction(percent * self.out_of, 100)) - self.points)


@dataclass(frozen=True)
class Score:
    """What one inspection comes to. ``grade`` is the highest grade whose rule is met."""

    total: Points
    sections: tuple[Points, ...]
    failed: tuple[str, ...]
    must_failed: tuple[str, ...]
    grade: str


class GapKind(StrEnum):
    """Which line of a grade's rule is not met."""

    SCORE = "score"
    SECTION = "section"
    MUST = "must"
    ITEM = "item"


@dataclass(frozen=True)
class Gap:
    """One thing between a branch and a grade.

    ``lacking`` is points for a score or section, and how many items for must-haves; ``items`` are
    where they can be won, heaviest first.
    """

    kind: GapKind
    section: str
    lacking: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """Why a score moved: one item, or (empty code) the change of the standard itself."""

    item: str
    before: Verdict | None
    after: Verdict | None
    effect: Fraction


def score(standard: Standard, verdicts: Verdicts, last_works_year: int | None = None) -> Score:
    """The score of these verdicts. An item without a verdict is as if it did not apply."""
    sections = tuple(
        _points(section.code, (i for i in standard.items if i.section == section.code), verdicts)
        for section in standard.sections
    )
    failed = tuple(i.code for i in standard.items if verdicts.get(i.code) == Verdict.FAIL)
    must = tuple(code for code in failed if standard.by_code[code].binds(last_works_year))
    plain = Score(_points("", standard.items, verdicts), sections, failed, must, "")
    reached = [rule.code for rule in standard.grades if not gaps(standard, verdicts, plain, rule)]
    return Score(plain.total, sections, failed, must, reached[-1] if reached else "")


def gaps(standard: Standard, verdicts: Verdicts, reached: Score, rule: GradeRule) -> list[Gap]:
    """What stands between this score and a grade; nothing when its rule is met."""
    found: list[Gap] = []
    if reached.total.lacks(rule.score_at_least) or _nothing_applied(reached, rule):
        items = _heaviest(standard, reached.failed)
        found.append(Gap(GapKind.SCORE, "", reached.total.lacks(rule.score_at_least), items))
    for section in reached.sections:
        if lacking := section.lacks(rule.section_at_least):
            there = (c for c in reached.failed if standard.by_code[c].section == section.code)
            items = _heaviest(standard, there)
            found.append(Gap(GapKind.SECTION, section.code, lacking, items))
    most = rule.must_failed_at_most
    if most is not None and len(reached.must_failed) > most:
        items = _heaviest(standard, reached.must_failed)
        found.append(Gap(GapKind.MUST, "", len(items) - most, items))
    lacking_items = [code for code in rule.items if verdicts.get(code) != Verdict.PASS]
    if lacking_items:
        items = _heaviest(standard, lacking_items)
        found.append(Gap(GapKind.ITEM, "", len(items), items))
    return found


def next_grade(standard: Standard, reached: Score) -> GradeRule | None:
    """The grade above the one that was reached; None at the top."""
    codes = [rule.code for rule in standard.grades]
    place = codes.index(reached.grade) + 1 if reached.grade in codes else 0
    return standard.grades[place] if place < len(codes) else None


def why_moved(old: Standard, before: Verdicts, new: Standard, after: Verdicts) -> list[Moved]:
    """What took the score from ``before`` to ``after``, in percentage points that add up exactly.

    The change of the standard comes first; then items change one by one in the standard's order.
    """
    at = _percent(old, before)
    moved: list[Moved] = []
    if old != new:
        now = _percent(new, before)
        moved.append(Moved("", None, None, now - at))
        at = now
    verdicts = {code: verdict for code, verdict in before.items() if code in new.by_code}
    for item in new.items:
        was, is_now = verdicts.get(item.code), after.get(item.code)
        if was == is_now:
            continue
        if is_now is None:
            verdicts.pop(item.code)
        else:
            verdicts[item.code] = is_now
        now = _percent(new, verdicts)
        moved.append(Moved(item.code, was, is_now, now - at))
        at = now
    return moved


def rounded(percent: Fraction) -> Decimal:
    """With one decimal, halves up."""
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def rank(scores: Mapping[int, Fraction]) -> dict[int, int]:
    """Places among peers, best first; equals share a place and the next one is skipped."""
    first: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(scores.values(), reverse=True), 1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in scores.items()}


def _percent(standard: Standard, verdicts: Verdicts) -> Fraction:
    return _points("", standard.items, verdicts).percent or Fraction(0)


def _points(code: str, items: Iterable[Item], verdicts: Verdicts) -> Points:
    points = out_of = 0
    for item in items:
        verdict = verdicts.get(item.code, Verdict.NOT_APPLICABLE)
        out_of += item.weight * (verdict != Verdict.NOT_APPLICABLE)
        points += item.weight * (verdict == Verdict.PASS)
    return Points(code, points, out_of)


def _nothing_applied(reached: Score, rule: GradeRule) -> bool:
    # Without this, an inspection in which nothing applied would be a model branch.
    return rule.score_at_least > 0 and reached.total.out_of == 0


def _heaviest(standard: Standard, codes: Iterable[str]) -> tuple[str, ...]:
    position = {item.code: n for n, item in enumerate(standard.items)}
    weight = {item.code: item.weight for item in standard.items}
    return tuple(sorted(codes, key=lambda code: (-weight[code], position[code])))
