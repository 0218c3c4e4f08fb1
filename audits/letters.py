"""Draft letters in both languages. They name findings, clauses and dates, and never a customer."""

from collections.abc import Sequence
from datetime import date

from audits.models import Improvement
from audits.standard import Words
from branches.models import Branch

ZH = """{branch}：

经查，贵网点下列必备项目的整改已逾期：
{lines_zh}

根据适老服务示范网点的管理要求，拟自即日起暂停贵网点“适老服务示范网点”称号，请遮盖标牌，
并在上述问题经回检关闭后申请恢复。

{region}
{day}
"""
EN = """{branch},

The following must-have findings at your branch are past their deadlines:
{lines_en}

Under the rules for elder-friendly demonstration branches your title is to be suspended as of today.
Please cover the sign, and ask for it back once these findings have been closed by a re-check.

{region}
{day}
"""


def suspension_letter(branch: Branch, overdue: Sequence[Improvement], today: date) -> Words:
    """What an officer may send to a demonstration branch whose must-haves are overdue."""
    return Words(
        ZH.format(
            branch=branch.name_zh,
            region=branch.region.name_zh,
            day=f"{today.year}年{today.month}月{today.day}日",
            lines_zh="\n".join(
                f"{n}. {_what(one).zh}（期限 {one.deadline:%Y-%m-%d}，"
                f"已逾期 {(today - one.deadline).days} 天）"
                for n, one in enumerate(overdue, 1)
            ),
        ),
        EN.format(
            branch=branch.name_en,
            region=branch.region.name_en,
            day=today.isoformat(),
            lines_en="\n".join(
                f"{n}. {_what(one).en} (deadline {one.deadline:%Y-%m-%d}, "
                f"{(today - one.deadline).days} days late)"
                for n, one in enumerate(overdue, 1)
            ),
        ),
    )


def _what(one: Improvement) -> Words:
    item = one.finding.item
    if item is None:
        return Words(one.finding.words_zh, one.finding.words_en)
    return Words(f"{item.code} {item.what_zh}", f"{item.code} {item.what_en}")
