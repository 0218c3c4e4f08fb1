"""One screen an item: what is asked, known and said, and what the program makes of it."""

from collections import defaultdict
from dataclasses import dataclass

from audits.answering import Proposal, current_answers, judgement_of, proposals
from audits.judging import Judgement
from audits.models import Answer, Evidence, Inspection
from audits.publishing import standard_of
from audits.standard import Item, Section


@dataclass(frozen=True)
class Line:
    """One item of one inspection. ``proposals`` are shown until something is answered."""

    item: Item
    section: Section
    answer: Answer | None
    judgement: Judgement | None
    proposals: tuple[Proposal, ...]
    evidence: tuple[Evidence, ...]


def sheet(inspection: Inspection) -> list[Line]:
    """Every item in the standard's order, in six queries however many items there are."""
    standard = standard_of(inspection.version)
    answers, known = current_answers(inspection), proposals(inspection)
    sections = {section.code: section for section in standard.sections}
    shown: dict[int, list[Evidence]] = defaultdict(list)
    for row in inspection.evidence.select_related("item"):
        if row.item is not None:
            shown[row.item.position].append(row)
    return [
        Line(
            item=item,
            section=sections[item.section],
            answer=answers.get(item.code),
            judgement=judgement_of(item, answers[item.code]) if item.code in answers else None,
            proposals=() if item.code in answers else tuple(known.get(item.code, ())),
            evidence=tuple(shown[position]),
        )
        for position, item in enumerate(standard.items)
    ]


def next_item(inspection: Inspection, after: str = "") -> Item | None:
    """The next item without an answer, going round from the one just looked at; None when done."""
    items = standard_of(inspection.version).items
    done = set(inspection.answers.values_list("item__code", flat=True))
    codes = [item.code for item in items]
    start = codes.index(after) + 1 if after in codes else 0
    return next((one for one in [*items[start:], *items[:start]] if one.code not in done), None)
