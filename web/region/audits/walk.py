"""An inspection as one walks through it: a screen for each item, how far each section has come, and
what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from uuid import uuid4

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from audits.completeness import missing_evidence, missing_signatures
from audits.disputes import differing, standing_answers
from audits.judging import Verdict, read_values
from audits.labels import label
from audits.models import Answer, Inspection, Side
from audits.publishing import standard_of
from audits.sheets import Line, sheet
from audits.standard import EvidenceKind, Item, Section, Standard, Words
from audits.states import InspectionStatus
from audits.wording import shortfall_words, value_words
from foundation.errors import Words as Sentence
from web.region.audits.item_form import ItemForm
from web.region.audits.standards import Described

TONES: Final = {Verdict.PASS: "ok", Verdict.FAIL: "bad", Verdict.NOT_APPLICABLE: ""}


@dataclass(frozen=True)
class Said:
    """One answer in words: who said what, and what the program makes of it."""

    item: Item
    answer: Answer

    @property
    def readings(self) -> list[tuple[Words, Words]]:
        if self.answer.not_applicable:
            return []
        values = read_values(self.item, self.answer.values)
        asked = [one for one in self.item.readings if one.code in values]
        return [(one.words, value_words(values[one.code])) for one in asked]


@dataclass(frozen=True)
class Screen:
    """One item on one screen."""

    walk: "Walk"
    line: Line
    form: ItemForm

    @property
    def item(self) -> Item:
        return self.line.item

    @property
    def described(self) -> Described:
        return Described(self.item)

    @property
    def said(self) -> Said | None:
        return Said(self.item, self.line.answer) if self.line.answer else None

    @property
    def verdict(self) -> Words | None:
        return label(self.line.judgement.verdict) if self.line.judgement else None

    @property
    def tone(self) -> str:
        if self.is_disputed:
            return "wait"
        return TONES[self.line.judgement.verdict] if self.line.judgement else "wait"

    @property
    def shortfalls(self) -> list[Words]:
        judged = self.line.judgement
        return [shortfall_words(one) for one in judged.shortfalls] if judged else []

    @property
    def seen(self) -> list[Answer]:
        """The answers that this screen shows: saving it says that they were seen."""
        return self.walk.standing.get(self.item.code, [])

    @property
    def is_disputed(self) -> bool:
        return self.item.code in self.walk.disputed

    @property
    def rivals(self) -> list[Said]:
        return [Said(self.item, row) for row in self.seen] if self.is_disputed else []

    @property
    def lacks_evidence(self) -> bool:
        return self.item.code in self.walk.lacking_evidence

    @property
    def wants_photo(self) -> bool:
        return self.item.evidence == EvidenceKind.PHOTO

    @property
    def url(self) -> str:
        return self.walk.url_of(self.item.code)

    @property
    def position(self) -> int:
        return self.walk.codes.index(self.item.code) + 1

    @property
    def previous(self) -> str:
        return self.walk.codes[self.position - 2] if self.position > 1 else ""

    @property
    def following(self) -> str:
        later = self.walk.codes[self.position :]
        return later[0] if later else ""

    @property
    def then(self) -> str:
        """Where to go on after this one."""
        after = self.walk.next_open(self.item.code)
        return self.walk.url_of(after) if after else self.walk.url


@dataclass(frozen=True)
class Progress:
    """One section: its items and how many are done."""

    section: Section
    screens: list[Screen]

    @property
    def done(self) -> int:
        return sum(screen.line.answer is not None for screen in self.screens)

    @property
    def is_done(self) -> bool:
        return self.done == len(self.screens)


@dataclass
class Walk:
    """One inspection. ``typed`` holds what was sent for one item and refused."""

    inspection: Inspection
    user: User
    typed: Mapping[str, QueryDict] = field(default_factory=dict)
    errors: Mapping[str, Sentence] = field(default_factory=dict)

    @cached_property
    def standard(self) -> Standard:
        return standard_of(self.inspection.version)

    @cached_property
    def lines(self) -> list[Line]:
        return sheet(self.inspection)

    @cached_property
    def codes(self) -> list[str]:
        return [line.item.code for line in self.lines]

    @cached_property
    def standing(self) -> dict[str, list[Answer]]:
        return standing_answers(self.inspection)

    @cached_property
    def disputed(self) -> list[str]:
        return list(differing(self.standing))

    @cached_property
    def lacking_evidence(self) -> list[str]:
        return missing_evidence(self.inspection)

    @cached_property
    def screens(self) -> list[Screen]:
        return [self.screen(line) for line in self.lines]

    def screen(self, line: Line) -> Screen:
        typed = self.typed.get(line.item.code)
        errors = self.errors if typed is not None else {}
        number = (typed.get("client_id") if typed is not None else "") or str(uuid4())
        form = ItemForm(line.item, line.answer, line.proposals, typed, errors, number)
        return Screen(self, line, form)

    def screen_of(self, code: str) -> Screen:
        return next(self.screen(line) for line in self.lines if line.item.code == code)

    @cached_property
    def sections(self) -> list[Progress]:
        return [
            Progress(one, [s for s in self.screens if s.item.section == one.code])
            for one in self.standard.sections
        ]

    @property
    def open_codes(self) -> list[str]:
        return [line.item.code for line in self.lines if line.answer is None]

    @property
    def known(self) -> dict[str, list[str]]:
        """The numbers of the answers that stand, by item: for the phone to keep."""
        return {code: [str(row.client_id) for row in rows] for code, rows in self.standing.items()}

    @property
    def done(self) -> int:
        return len(self.lines) - len(self.open_codes)

    @property
    def percent_done(self) -> int:
        return 100 * self.done // len(self.lines)

    @property
    def failed(self) -> int:
        return sum(
            line.judgement is not None and line.judgement.verdict == Verdict.FAIL
            for line in self.lines
        )

    @cached_property
    def unsigned(self) -> list[Side]:
        return missing_signatures(self.inspection)

    @property
    def may_sign(self) -> bool:
        return not self.open_codes and not self.disputed

    @property
    def may_submit(self) -> bool:
        return self.may_sign and not self.lacking_evidence and not self.unsigned

    @property
    def is_mine(self) -> bool:
        return self.inspection.inspector_id == self.user.pk

    @property
    def may_answer(self) -> bool:
        return self.is_mine and self.inspection.status == InspectionStatus.UNDER_WAY

    @property
    def url(self) -> str:
        return reverse("region:inspection", args=[self.inspection.public_id])

    def url_of(self, code: str) -> str:
        return reverse("region:inspection_item", args=[self.inspection.public_id, code])

    def next_open(self, after: str) -> str:
        """The next item without an answer, going round; empty when there is no other one."""
        start = self.codes.index(after) + 1
        around = [*self.codes[start:], *self.codes[: start - 1]]
        waiting = set(self.open_codes)
        return next((code for code in around if code in waiting), "")
