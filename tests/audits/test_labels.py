"""Everything that a page shows has a name in both languages."""

from enum import StrEnum
from pathlib import Path

import pytest

from audits.judging import Verdict
from audits.labels import LABELS, gap_words, label
from audits.scoring import Gap, GapKind, gaps, score
from audits.standard import EvidenceKind, Seen, SourceGrade, Words
from tests.audits.make import bundled_standard, small_standard

NAMED = [one for kind in (Verdict, SourceGrade, Seen, EvidenceKind) for one in kind]


@pytest.mark.parametrize("value", NAMED)
def test_every_value_has_its_own_name(value: StrEnum) -> None:
    assert label(value).zh
    assert label(value).en


def test_no_two_values_share_a_place() -> None:
    # Members of different StrEnums that spell alike would overwrite each other.
    assert len(LABELS) == len(NAMED)
    assert len({words.en for words in LABELS.values()}) == len(NAMED)


def test_gaps_in_words() -> None:
    standard = small_standard()
    verdicts = {"X1": Verdict.FAIL, "X2": Verdict.PASS, "Y1": Verdict.FAIL, "Y2": Verdict.PASS}
    found = gaps(standard, verdicts, score(standard, verdicts), standard.grades[1])
    assert [gap.kind for gap in found] == [
        GapKind.SCORE,
        GapKind.SECTION,
        GapKind.MUST,
        GapKind.ITEM,
    ]
    assert [gap_words(standard, gap) for gap in found] == [
        Words("总分还差 3 分", "3 points short overall"),
        Words("“乙”还差 1 分", "1 point short in “second”"),
        Words("还须整改 1 个必备项目", "1 more must-have item to put right"),
        Words("该等级指定的 1 个项目未达到", "1 item named by this grade and not fulfilled"),
    ]
    assert isinstance(found[0], Gap)


def test_the_guide_says_what_the_standard_says() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "audits.md").read_text()
    items = bundled_standard().items
    for grade in SourceGrade:
        number = sum(item.grade == grade for item in items)
        must = sum(item.grade == grade and item.must for item in items)
        [line] = [line for line in guide.splitlines() if line.startswith(f"| `{grade}` |")]
        cells = [cell.strip().split(" ")[0] for cell in line.strip("|").split("|")]
        assert cells[-2:] == [str(number), str(must)], grade
    for rule in bundled_standard().grades[1:]:
        named = " ".join(sorted(rule.items))
        assert named in guide, rule.code
