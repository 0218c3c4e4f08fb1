"""Addresses: the masked one that people see."""

import re

_FIRST_NUMBER = re.compile(r"\d")
LONGEST_SHOWN = 12


def mask(address: str) -> str:
    """``幸福小区3号楼2单元101`` as ``幸福小区***``: the way there, and not which door."""
    if not address:
        return ""
    number = _FIRST_NUMBER.search(address)
    end = number.start() if number else len(address) // 2
    return f"{address[: min(end, LONGEST_SHOWN)]}***"
