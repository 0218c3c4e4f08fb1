"""What one cell may hold, and what to say when it holds something else."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Words

YES = frozenset({"是", "有", "yes", "y", "true", "1", "√"})
NO = frozenset({"否", "无", "no", "n", "false", "0", ""})
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")

Parser = Callable[[str], Any]


class CellFault(Exception):
    """What is wrong with one cell, in words for whoever typed it."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class Column:
    """``heading_zh`` and ``heading_en`` are both understood; ``sample`` stands in the template."""

    name: str
    heading_zh: str
    heading_en: str
    parse: Parser
    sample: str = ""
    required: bool = True


def text(most: int) -> Parser:
    """Text of at most so many characters."""

    def parse(cell: str) -> str:
        if len(cell) > most:
            raise CellFault(_("At most %(most)s characters, please.") % {"most": most})
        return cell

    return parse


def whole(low: int, high: int) -> Parser:
    """A whole number in a range."""

    def parse(cell: str) -> int:
        if not cell.isascii() or not cell.isdigit() or not low <= int(cell[:9]) <= high:
            raise CellFault(
                _("A whole number from %(low)s to %(high)s, please.") % {"low": low, "high": high}
            )
        return int(cell)

    return parse


def yes_no(cell: str) -> bool:
    if cell.lower() in YES:
        return True
    if cell.lower() in NO:
        return False
    raise CellFault(_("Please write %(yes)s for yes or %(no)s for no.") % {"yes": "是", "no": "否"})


def day(cell: str) -> date | None:
    if not cell:
        return None
    found = DAY.fullmatch(cell)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise CellFault(_("A date like 2026-11-25, please."))


def clock_time(cell: str) -> time:
    found = TIME.fullmatch(cell)
    try:
        if found:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise CellFault(_("A time like 09:00, please."))


def one_of(known: Mapping[str, Any], what: Words) -> Parser:
    """One of the known words; ``known`` maps each to its value."""

    def parse(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            raise CellFault(
                _("“%(cell)s” is not known as %(what)s.") % {"cell": cell[:40], "what": what}
            ) from None

    return parse
