"""Answers, one by one, from a phone that may be offline: replayed, resumed, judged by the program.

What the register already knows is proposed and must be confirmed; a proposal is no answer.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.judging import Judgement, Values, Verdict, as_stored, judge, read_values
from audits.locks import inspection_locked
from audits.models import Answer, ChecklistItem, Inspection, ItemResult, Origin
from audits.publishing import standard_of
from audits.standard import Item, Register
from audits.states import InspectionStatus
from audits.units import Kind
from branches.models import Facility, StockLevel
from branches.models.facility import FacilityState
from foundation import clock
from foundation.errors import (
    DomainError,
    ErrorCode,
    InvalidInput,
    MoveRefused,
    NotAllowed,
    Words,
)
from foundation.locks import locking

MOST_SEEN = 20
USABLE = frozenset({FacilityState.FIT, FacilityState.NEEDS_CARE})


@dataclass(frozen=True)
class Given:
    """What the inspector says of one item: values, or why it does not apply."""

    values: Mapping[str, Any] | None = None
    not_applicable: bool = False
    reason: str = ""
    note: str = ""
    origin: Origin = Origin.OBSERVED
    at: datetime | None = None
    # The answers of this item that were on the screen, None for all; and the standard's label.
    seen: Sequence[UUID] | None = None
    version: str = ""


class OtherVersion(DomainError):
    """Asked under one version of the standard, answered under another."""

    code = ErrorCode.STALE
    http_status = 409
    default_message = _(
        "This form is of another version of the standard. Please open the item again."
    )


@dataclass(frozen=True)
class Proposal:
    """What the register says of one reading; ``seen_on`` is the day on which the branch last looked
    at it, or an inspector last found the item fulfilled."""

    reading: str
    value: Any
    seen_on: date | None


def answer(
    *, inspection: Inspection, item_code: str, client_id: UUID, given: Given, actor: User
) -> Answer:
    """Record what was found for one item. The same ``client_id`` again gives the same answer.

    Raises:
        InvalidInput: a value that is none, a reading that is missing, or an item that always
            applies said not to.
        OtherVersion: the form was made for another version of the standard.
        MoveRefused: the inspection is not under way.
        NotAllowed: somebody else's inspection.
    """
    known = Answer.objects.filter(client_id=client_id).select_related("item").first()
    if known is not None:
        return _same(known, inspection, item_code)
    item = _item_of(inspection, item_code, given)
    values = _checked(item, given)
    with locking():
        row = inspection_locked(inspection.pk)
        known = Answer.objects.filter(client_id=client_id).select_related("item").first()
        if known is not None:
            return _same(known, inspection, item_code)
        check_under_way(row, actor)
        return Answer.objects.create(
            client_id=client_id,
            inspection=row,
            item=ChecklistItem.objects.get(version=row.version_id, code=item_code),
            values=as_stored(values),
            not_applicable=given.not_applicable,
            reason=given.reason.strip()[:300] if given.not_applicable else "",
            note=given.note.strip()[:1000],
            origin=given.origin,
            seen=None if given.seen is None else [str(one) for one in given.seen[:MOST_SEEN]],
            answered_at=_believable(given.at, row),
            received_at=clock.now(),
            answered_by=actor,
        )


def check_under_way(row: Inspection, actor: User) -> None:
    """Only the inspector, and only while it is under way.

    Raises:
        NotAllowed, MoveRefused.
    """
    if row.inspector_id != actor.pk:
        raise NotAllowed(_("Only this inspection's inspector adds to it."))
    if row.status != InspectionStatus.UNDER_WAY:
        raise MoveRefused(_("This inspection is not under way; nothing was added."))


def current_answers(inspection: Inspection) -> dict[str, Answer]:
    """The answer that counts for each item: the latest."""
    rows = inspection.answers.select_related("item").order_by("answered_at", "pk")
    return {row.item.code: row for row in rows}


def unanswered(inspection: Inspection) -> list[Item]:
    """The items still to be looked at, in the standard's order: where to resume."""
    done = set(inspection.answers.values_list("item__code", flat=True))
    return [item for item in standard_of(inspection.version).items if item.code not in done]


def judgement_of(item: Item, row: Answer) -> Judgement:
    """What the program makes of an answer, on the day on which it was given."""
    if row.not_applicable:
        return Judgement(Verdict.NOT_APPLICABLE)
    return judge(item, read_values(item, row.values), timezone.localdate(row.answered_at))


def judgements(inspection: Inspection) -> dict[str, Judgement]:
    """What the program makes of every item that has been answered."""
    items = standard_of(inspection.version).by_code
    answers = current_answers(inspection)
    return {code: judgement_of(items[code], row) for code, row in answers.items()}


def digest_of(inspection: Inspection) -> str:
    """What a signature stands under: the answers, the standard, and the year of the works."""
    answers = current_answers(inspection)
    content = {
        code: [row.values, row.not_applicable, row.reason, row.note]
        for code, row in sorted(answers.items())
    }
    facts = [inspection.version.digest, inspection.last_works_year, content]
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def proposals(inspection: Inspection) -> dict[str, list[Proposal]]:
    """What the register knows, by item code: to be confirmed, never taken over unseen."""
    standard = standard_of(inspection.version)
    facilities = {
        row.type.code: row
        for row in Facility.objects.filter(branch=inspection.branch_id).select_related("type")
    }
    stock = dict(
        StockLevel.objects.filter(branch=inspection.branch_id).values_list("item__code", "quantity")
    )
    seen = _last_seen(inspection)
    return {
        item.code: [
            Proposal(
                known.reading,
                _known_value(item, known, facilities, stock),
                _seen_on(seen.get(item.code), facilities.get(known.facility)),
            )
            for known in item.register
        ]
        for item in standard.items
        if item.register
    }


def _known_value(
    item: Item, register: Register, facilities: Mapping[str, Facility], stock: Mapping[str, int]
) -> Any:
    reading = next(one for one in item.readings if one.code == register.reading)
    if register.stock:
        number = stock.get(register.stock, 0)
    else:
        facility = facilities.get(register.facility)
        usable = facility is not None and FacilityState(facility.state) in USABLE
        number = facility.quantity if facility is not None and usable else 0
    if reading.kind == Kind.YES_NO:
        return number > 0
    return {"value": str(number), "unit": reading.unit}


def _seen_on(by_inspector: date | None, facility: Facility | None) -> date | None:
    at = facility.last_seen_at if facility is not None else None
    days = [by_inspector, timezone.localdate(at) if at else None]
    return max((day for day in days if day is not None), default=None)


def _last_seen(inspection: Inspection) -> dict[str, date]:
    rows = (
        ItemResult.objects.filter(
            inspection__branch=inspection.branch_id, verdict=Verdict.PASS, answer__isnull=False
        )
        .order_by("answer__answered_at")
        .values_list("item__code", "answer__answered_at")
    )
    return {code: timezone.localdate(at) for code, at in rows}


def _item_of(inspection: Inspection, code: str, given: Given) -> Item:
    standard = standard_of(inspection.version)
    if given.version and given.version != standard.label:
        raise OtherVersion
    item = standard.by_code.get(code)
    if item is None:
        raise InvalidInput(fields={"item": _("This standard has no such item.")})
    return item


def _checked(item: Item, given: Given) -> Values:
    """The values of an answer, or none for an item that may be and is left out."""
    if not given.not_applicable:
        return read_values(item, given.values or {})
    fields: dict[str, Words] = {}
    if item.not_applicable is None:
        fields["not_applicable"] = _("This always applies. Please answer it.")
    if given.values:
        fields["values"] = _("Either it applies and has values, or it does not apply.")
    if not given.reason.strip():
        fields["reason"] = _("Please say why this does not apply here.")
    if fields:
        raise InvalidInput(fields=fields)
    return {}


def _believable(at: datetime | None, row: Inspection) -> datetime:
    """When it was answered by the phone's clock, within what can be true."""
    now = clock.now()
    started = row.started_at or now
    return max(started, min(at or now, now))


def _same(known: Answer, inspection: Inspection, item_code: str) -> Answer:
    if (known.inspection_id, known.item.code) != (inspection.pk, item_code):
        raise InvalidInput(fields={"client_id": _("This number belongs to another answer.")})
    return known
