"""What is still missing before an inspection can be signed and submitted."""

from django.utils.translation import gettext_lazy as _

from audits.answering import current_answers, digest_of, unanswered
from audits.disputes import disputes
from audits.models import Evidence, EvidenceForm, Inspection, InspectionKind, Side
from audits.publishing import standard_of
from audits.standard import EvidenceKind
from foundation.errors import DomainError, ErrorCode


class NotComplete(DomainError):
    """``data`` names the items that lack an answer or evidence, and the sides that must sign."""

    code = ErrorCode.INVALID_INPUT
    default_message = _("Something is still missing before this can be signed and sent.")


def missing_evidence(inspection: Inspection) -> list[str]:
    """Codes of the items whose evidence is still to be brought. A self-check needs none.

    A photo is demanded where the item says so; a document or record may be a photo, or be named in
    a record or in the note. Nothing is demanded of what does not apply.
    """
    if inspection.kind == InspectionKind.SELF_CHECK:
        return []
    rows = Evidence.objects.filter(inspection=inspection).values_list("item__code", "form")
    forms: dict[str, set[str]] = {}
    for code, form in rows:
        forms.setdefault(code, set()).add(form)
    items = standard_of(inspection.version).by_code
    lacking = []
    for code, row in current_answers(inspection).items():
        wanted, has = items[code].evidence, forms.get(code, set())
        if wanted == EvidenceKind.NONE or row.not_applicable:
            continue
        enough = EvidenceForm.PHOTO in has
        if wanted != EvidenceKind.PHOTO:
            enough = bool(has) or bool(row.note)
        if not enough:
            lacking.append(code)
    return lacking


def missing_signatures(inspection: Inspection) -> list[Side]:
    """The sides whose signature is not under the answers as they are now."""
    needed = [Side.INSPECTOR]
    if inspection.kind != InspectionKind.SELF_CHECK:
        needed.append(Side.BRANCH)
    there = inspection.signatures.filter(digest=digest_of(inspection))
    signed = set(there.values_list("side", flat=True))
    return [side for side in needed if side not in signed]


def check_answered(row: Inspection) -> None:
    """Every item is answered, and none in two ways at once.

    Raises:
        NotComplete: ``data`` names the items.
    """
    if lacking := [item.code for item in unanswered(row)]:
        raise NotComplete(data={"unanswered": lacking})
    if twofold := list(disputes(row)):
        raise NotComplete(
            _("Some items were answered in two ways. Please decide which one holds."),
            data={"disputed": twofold},
        )


def check_evidence(row: Inspection) -> None:
    """What the standard demands as evidence is there.

    Raises:
        NotComplete: ``data`` names the items.
    """
    if lacking := missing_evidence(row):
        raise NotComplete(_("Some items still lack their evidence."), data={"evidence": lacking})


def check_signed(row: Inspection) -> None:
    """Both sides stand under the answers as they are now.

    Raises:
        NotComplete: ``data`` names the sides.
    """
    if lacking := missing_signatures(row):
        raise NotComplete(
            _("Please have both sides sign what the answers say now."),
            data={"signatures": [side.value for side in lacking]},
        )
