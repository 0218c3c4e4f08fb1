"""Scores by hand, and what must hold of every score."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from audits.judging import Verdict
from audits.scoring import Gap, GapKind, gaps, next_grade, rank, rounded, score, why_moved
from audits.standard_file import parse
from tests.audits.make import bundled_standard, small_document, small_standard

P, F, N = Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE
SMALL = small_standard()
FULL = bundled_standard()
verdicts_of_the_72 = st.fixed_dictionaries(
    {item.code: st.sampled_from(list(Verdict)) for item in FULL.items}
)


def test_points_are_weights_and_what_does_not_apply_leaves_the_denominator() -> None:
    result = score(SMALL, {"X1": P, "X2": N, "Y1": P, "Y2": F})
    assert (result.total.points, result.total.out_of) == (5, 6)
    assert [(s.code, s.points, s.out_of) for s in result.sections] == [("X", 2, 2), ("Y", 3, 4)]
    assert result.total.shown == Decimal("83.3")
    assert (result.failed, result.must_failed, result.grade) == (("Y2",), (), "demonstration")


def test_a_failed_must_have_bars_the_demonstration_grade() -> None:
    verdicts = {"X1": P, "X2": P, "Y1": F, "Y2": P}
    result = score(SMALL, verdicts)
    assert (result.must_failed, result.grade) == (("Y1",), "ordinary")
    demonstration = next_grade(SMALL, result)
    assert demonstration is not None
    # 5 of 8 points are 62.5 %: 6 are needed for 75 %. Section Y has 1 of 4: 2 are needed for half.
    assert gaps(SMALL, verdicts, result, demonstration) == [
        Gap(GapKind.SCORE, "", 1, ("Y1",)),
        Gap(GapKind.SECTION, "Y", 1, ("Y1",)),
        Gap(GapKind.MUST, "", 1, ("Y1",)),
    ]


def test_an_item_that_a_grade_names_must_pass_and_not_merely_be_left_out() -> None:
    verdicts = {"X1": N, "X2": P, "Y1": P, "Y2": P}
    result = score(SMALL, verdicts)
    assert (result.total.shown, result.grade) == (Decimal("100.0"), "ordinary")
    assert gaps(SMALL, verdicts, result, SMALL.grades[1]) == [Gap(GapKind.ITEM, "", 1, ("X1",))]


def test_a_building_rule_is_advice_for_an_outlet_older_than_the_rule() -> None:
    verdicts: dict[str, Verdict] = {item.code: P for item in FULL.items} | {"A4": F}
    assert score(FULL, verdicts, 2022).must_failed == ("A4",)
    assert score(FULL, verdicts, None).must_failed == ("A4",)
    assert score(FULL, verdicts, 2021).must_failed == ()
    assert score(FULL, verdicts | {"F1": F}, 2021).must_failed == ("F1",)  # the law binds everybody


def test_a_perfect_branch_is_a_demonstration_branch() -> None:
    result = score(FULL, {item.code: P for item in FULL.items})
    assert (result.total.percent, result.grade) == (Fraction(100), "demonstration")
    assert next_grade(FULL, result) is None


def test_where_nothing_applies_nothing_is_earned() -> None:
    result = score(FULL, {item.code: N for item in FULL.items})
    assert (result.total.percent, result.total.shown, result.grade) == (None, None, "ordinary")


def test_why_the_score_moved_adds_up() -> None:
    before = {"X1": P, "X2": F, "Y1": P, "Y2": F}  # 5 of 8: 62.5
    after = {"X1": P, "X2": P, "Y1": F, "Y2": N}  # 4 of 7
    moved = why_moved(SMALL, before, SMALL, after)
    assert [(m.item, m.before, m.after) for m in moved] == [
        ("X2", F, P),
        ("Y1", P, F),
        ("Y2", F, N),
    ]
    assert [m.effect for m in moved][:2] == [Fraction(200, 8), Fraction(-300, 8)]
    assert sum(m.effect for m in moved) == Fraction(400, 7) - Fraction(500, 8)


def test_a_change_of_the_standard_is_told_apart_from_a_change_of_the_branch() -> None:
    document = small_document(version="2")
    document["items"][3]["weight"] = "3"
    heavier = parse(document)
    verdicts = {"X1": P, "X2": P, "Y1": P, "Y2": F}
    [moved] = why_moved(SMALL, verdicts, heavier, verdicts)
    assert (moved.item, moved.effect) == ("", Fraction(700, 10) - Fraction(700, 8))


def test_equals_share_a_place() -> None:
    scores = {7: Fraction(90), 8: Fraction(80), 9: Fraction(90), 10: Fraction(70)}
    assert rank(scores) == {7: 1, 8: 3, 9: 1, 10: 4}


def test_halves_are_rounded_up() -> None:
    assert rounded(Fraction(1, 20)) == Decimal("0.1")
    assert rounded(Fraction(100, 3)) == Decimal("33.3")


GRADES = ["", *(rule.code for rule in FULL.grades)]


@settings(max_examples=60, deadline=None)
@given(verdicts_of_the_72, st.sampled_from([item.code for item in FULL.items]))
def test_fixing_an_item_never_lowers_anything(verdicts: dict[str, Verdict], code: str) -> None:
    before, after = score(FULL, verdicts), score(FULL, verdicts | {code: P})
    assert (after.total.percent or 0) >= (before.total.percent or 0)
    for one, other in zip(before.sections, after.sections, strict=True):
        assert (other.percent or 0) >= (one.percent or 0)
    assert GRADES.index(after.grade) >= GRADES.index(before.grade)
    assert set(after.must_failed) <= set(before.must_failed)


@settings(max_examples=60, deadline=None)
@given(verdicts_of_the_72, verdicts_of_the_72)
def test_reasons_always_add_up(before: dict[str, Verdict], after: dict[str, Verdict]) -> None:
    moved = why_moved(FULL, before, FULL, after)
    was, is_now = score(FULL, before).total.percent or 0, score(FULL, after).total.percent or 0
    assert sum(m.effect for m in moved) == is_now - was


@settings(max_examples=60, deadline=None)
@given(verdicts_of_the_72)
def test_sections_add_up_and_a_grade_has_no_gaps(verdicts: dict[str, Verdict]) -> None:
    result = score(FULL, verdicts)
    assert sum(s.points for s in result.sections) == result.total.points
    assert sum(s.out_of for s in result.sections) == result.total.out_of
    rule = FULL.grade(result.grade)
    assert rule is not None
    assert gaps(FULL, verdicts, result, rule) == []
    above = next_grade(FULL, result)
    assert above is None or gaps(FULL, verdicts, result, above)


@settings(max_examples=60, deadline=None)
@given(verdicts_of_the_72)
def test_winning_the_items_of_every_gap_wins_the_grade(verdicts: dict[str, Verdict]) -> None:
    result = score(FULL, verdicts)
    above = next_grade(FULL, result)
    if above is None:
        return
    fixed = dict(verdicts)
    for gap in gaps(FULL, verdicts, result, above):
        fixed |= dict.fromkeys(gap.items, P)
    if score(FULL, fixed).total.out_of:
        assert gaps(FULL, fixed, score(FULL, fixed), above) == []
