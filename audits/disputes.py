"""One item answered twice by people, or phones, that did not know of each other's answer.

Both answers are on record; none wins by being later. Whoever answers once more in knowledge of both
has decided.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from audits.models import Answer, Inspection


def standing_answers(inspection: Inspection) -> dict[str, list[Answer]]:
    """For each item the answers that no later one was given in knowledge of, as they came in."""
    rows: dict[str, list[Answer]] = defaultdict(list)
    for row in inspection.answers.select_related("item", "answered_by").order_by("pk"):
        rows[row.item.code].append(row)
    return {code: standing(found) for code, found in rows.items()}


def disputes(inspection: Inspection) -> dict[str, list[Answer]]:
    """The items with answers that stand beside each other and differ."""
    return differing(standing_answers(inspection))


def differing(found: Mapping[str, list[Answer]]) -> dict[str, list[Answer]]:
    """Those whose standing answers do not say the same."""
    return {code: rows for code, rows in found.items() if len({_said(row) for row in rows}) > 1}


def standing(rows: Sequence[Answer]) -> list[Answer]:
    """The answers of one item, in the order of their arrival, without those that were overtaken."""
    known: set[str] = set()
    found: list[Answer] = []
    for row in reversed(rows):
        if str(row.client_id) not in known:
            found.append(row)
        if row.seen is None:
            break
        known.update(row.seen)
    return found[::-1]


def _said(row: Answer) -> str:
    return f"{sorted(row.values.items())} {row.not_applicable} {row.note}"
