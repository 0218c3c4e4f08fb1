"""Names of verdicts, grades of sources and gaps, for pages, lists and printed reports."""

from enum import StrEnum
from typing import Final

from audits.judging import Verdict
from audits.scoring import Gap, GapKind
from audits.standard import EvidenceKind, Seen, SourceGrade, Standard, Words

LABELS: Final[dict[StrEnum, Words]] = {
    Verdict.PASS: Words("符合", "fulfilled"),
    Verdict.FAIL: Words("不符合", "not fulfilled"),
    Verdict.NOT_APPLICABLE: Words("不适用", "not applicable"),
    SourceGrade.LAW: Words("法律法规或强制性国家标准", "law or mandatory standard"),
    SourceGrade.RECOMMENDED: Words("推荐性标准或同业做法", "recommended standard or practice"),
    SourceGrade.ARTICLE: Words("本分行公开承诺", "the region's own published promise"),
    SourceGrade.PROPOSAL: Words("本系统提议", "our proposal"),
    Seen.STATUTE: Words("已核对法律原文", "statute read"),
    Seen.STANDARD: Words("已见标准原文", "the standard's own words seen"),
    Seen.REPRODUCED: Words("见于转载", "seen in a reproduction"),
    Seen.WEAK: Words("来源较弱，引用前须核实", "weak source: verify before quoting"),
    Seen.NOT_SEEN: Words("未见原文，引用前须核实", "not seen: verify before quoting"),
    EvidenceKind.PHOTO: Words("照片", "photo"),
    EvidenceKind.DOCUMENT: Words("文件", "document"),
    EvidenceKind.RECORD: Words("记录", "record"),
    EvidenceKind.NONE: Words("无需证据", "no evidence needed"),
}


def label(value: StrEnum) -> Words:
    """What a reader calls this."""
    return LABELS[value]


def gap_words(standard: Standard, gap: Gap) -> Words:
    """What stands between a branch and a grade, as a sentence; the items are listed beside it."""
    if gap.kind == GapKind.MUST:
        return Words(
            f"还须整改 {gap.lacking} 个必备项目",
            f"{_many(gap.lacking, 'more must-have item')} to put right",
        )
    if gap.kind == GapKind.ITEM:
        return Words(
            f"该等级指定的 {gap.lacking} 个项目未达到",
            f"{_many(gap.lacking, 'item')} named by this grade and not fulfilled",
        )
    if gap.kind == GapKind.SCORE:
        return Words(f"总分还差 {gap.lacking} 分", f"{_many(gap.lacking, 'point')} short overall")
    name = next(one.name for one in standard.sections if one.code == gap.section)
    return Words(
        f"“{name.zh}”还差 {gap.lacking} 分", f"{_many(gap.lacking, 'point')} short in “{name.en}”"
    )


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
