"""What is wrong gets on the list: from inspections, from broken facilities, from complaints.

One live improvement for each item of a branch: what is found again while it is being seen to is
noted there, and makes no second one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from audits import timetable
from audits.access import require_in
from audits.judging import Judgement
from audits.models import (
    ChecklistItem,
    Finding,
    FindingSource,
    Improvement,
    ImprovementEvent,
    Inspection,
    ItemResult,
    StandardVersion,
)
from audits.publishing import NoStandard, current_version, standard_of
from audits.standard import Item, Severity, SourceGrade, Standard, Words
from audits.wording import joined, shortfall_words
from branches.calendar import add_working_days, national_day
from branches.models import Branch, FacilityFault
from branches.models.branch import BranchKind
from branches.states import FaultStatus
from foundation import clock
from foundation.errors import InvalidInput
from foundation.locks import locking

DEMONSTRATION = "demonstration"
HEAVY = 3
UNIQUE_VIOLATION = "23505"
# Calendar days, for the rule does not say which days it means and these are the stricter ones
# (银行业保险业消费投诉处理管理办法, 15 days when the facts are clear).
COMPLAINT_DAYS = timedelta(days=15)
# With every approval that the rule knows: 30 days when complex, and 30 more.
COMPLAINT_LIMIT = timedelta(days=60)


@dataclass(frozen=True)
class Weight:
    """How much a failed item matters at one branch."""

    severity: Severity
    must_have: bool


def weigh(standard: Standard, item: Item, branch: Branch, works: int | None) -> Weight:
    """Severity by rule, not by mood.

    A must-have that binds is critical. What a demonstration branch's own grade names is a must-have
    for it, and major; so is what the region promised in public, and what weighs 3. The rest is
    minor.
    """
    if item.binds(works):
        return Weight(Severity.CRITICAL, must_have=True)
    rule = standard.grade(DEMONSTRATION)
    named = branch.kind == BranchKind.DEMONSTRATION and rule is not None and item.code in rule.items
    major = named or item.grade == SourceGrade.ARTICLE or item.weight == HEAVY
    return Weight(Severity.MAJOR if major else Severity.MINOR, must_have=named)


def raise_from_inspection(
    inspection: Inspection,
    failed: Mapping[str, ItemResult],
    judged: Mapping[str, Judgement],
    actor: User,
) -> list[Finding]:
    """A finding for every failed item, inside the transaction that submits the inspection."""
    standard = standard_of(inspection.version)
    found = []
    # In the standard's order, so that two submissions wait for each other and never in a ring.
    for item in (one for one in standard.items if one.code in failed):
        code, result = item.code, failed[item.code]
        weight = weigh(standard, item, inspection.branch, inspection.last_works_year)
        words = _failed_words(item, judged[code])
        finding = Finding.objects.create(
            branch=inspection.branch,
            source=FindingSource.INSPECTION,
            result=result,
            item=result.item,
            words_zh=words.zh,
            words_en=words.en,
            severity=weight.severity.value,
            must_have=weight.must_have,
            found_on=clock.today(),
            found_by=actor,
        )
        days = standard.deadlines[weight.severity]
        _open(finding, code, add_working_days(finding.found_on, days), actor)
        found.append(finding)
    return found


def raise_from_fault(*, fault: FacilityFault, actor: User | None = None) -> Finding | None:
    """A broken facility that the branch must have gets on the list; None when it need not.

    The door for whoever reports faults, and for the sweep; the same fault is put there once.

    Raises:
        NotAllowed: the actor may not, or not here.
    """
    if actor is not None:
        require_in(actor, Permission.REPORT_FAULT, fault.facility.branch)
    known = Finding.objects.filter(fault=fault).first()
    if known is not None or fault.status != FaultStatus.REPORTED:
        return known
    branch, version = fault.facility.branch, current_version()
    standard = standard_of(version)
    item = _item_of(standard, fault)
    weight = weigh(standard, item, branch, None) if item is not None else None
    if item is None or weight is None or not weight.must_have:
        return None
    with locking():
        finding, created = Finding.objects.get_or_create(
            fault=fault,
            defaults={
                "branch": branch,
                "source": FindingSource.FAULT,
                "item": _row_of(version, item),
                "words_zh": f"{fault.facility.type.name_zh}：{fault.words}"[:500],
                "words_en": f"{fault.facility.type.name_en}: {fault.words}"[:500],
                "severity": weight.severity.value,
                "must_have": True,
                "found_on": clock.today(),
                "found_by": actor,
            },
        )
        if created:
            days = standard.deadlines[weight.severity]
            _open(finding, item.code, add_working_days(finding.found_on, days), actor)
    return finding


def sweep_faults(limit: int = 500) -> int:
    """Put every open fault of a must-have facility on the list; how many were new."""
    try:
        standard = standard_of(current_version())
    except NoStandard:
        return 0
    rule = standard.grade(DEMONSTRATION)
    named = _facilities(item for item in standard.items if rule and item.code in rule.items)
    faults = (
        FacilityFault.objects.open()
        .filter(finding__isnull=True)
        .filter(
            Q(facility__type__code__in=_facilities(i for i in standard.items if i.must))
            | Q(
                facility__type__code__in=named,
                facility__branch__kind=BranchKind.DEMONSTRATION,
            )
        )
        .select_related("facility__branch", "facility__type")
        .order_by("pk")[:limit]
    )
    return sum(raise_from_fault(fault=fault) is not None for fault in faults)


def raise_from_complaint(
    *,
    branch: Branch,
    complaint: str,
    words: str,
    received_on: date,
    actor: User,
    severity: Severity = Severity.MAJOR,
    item_code: str = "",
) -> Finding:
    """A complaint joins the same loop (投诉). Its number again is the same finding.

    ``complaint`` is its number where complaints are kept, ``words`` the cause and never a person.
    The deadline is 15 calendar days after it was received, or the working day before that.

    Raises:
        InvalidInput: no number, no words, a day to come, or an unknown item. NotAllowed.
    """
    require_in(actor, Permission.RAISE_FINDING, branch)
    _check_complaint(complaint, words, received_on)
    item = _named_item(item_code)
    with locking():
        finding, created = Finding.objects.get_or_create(
            branch=branch,
            complaint=complaint.strip()[:60],
            defaults={
                "source": FindingSource.COMPLAINT,
                "item": item,
                # A person wrote it, in the language they write.
                **dict.fromkeys(("words_zh", "words_en"), words.strip()[:500]),
                "severity": severity.value,
                "must_have": False,
                "found_on": received_on,
                "found_by": actor,
            },
        )
        if created:
            # No item code: a complaint has its own limits and does not wait for another's.
            _open(finding, "", working_day_until(received_on + COMPLAINT_DAYS), actor)
    return finding


def working_day_until(day: date) -> date:
    """This day, or the last working day before it: a limit never moves to the later side."""
    while add_working_days(day - timedelta(days=1), 1) != day:
        day -= timedelta(days=1)
    return day


def deadline_is_announced(deadline: date) -> bool:
    """Whether the calendar of that year is known; if not, a page says that it may move."""
    return national_day(deadline)[1]


def _open(finding: Finding, item_code: str, deadline: date, actor: User | None) -> None:
    """Open the finding's improvement, or note on the live one that it was found again."""
    row = Improvement(
        finding=finding, branch=finding.branch, item_code=item_code, deadline=deadline
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        # The constraint decides, and not a look beforehand: a self-check and an inspection may be
        # submitted at the same moment.
        live = Improvement.objects.unsettled().get(branch=finding.branch, item_code=item_code)
        _record(live, live.status, actor, f"found again: {finding.words_zh}", finding)
        return
    _record(row, "", actor, finding.words_zh, finding)
    timetable.lay_out(row)


def _record(
    row: Improvement, before: str, actor: User | None, reason: str, finding: Finding
) -> None:
    ImprovementEvent.objects.create(
        improvement=row,
        actor=actor,
        actor_kind="staff" if actor else "system",
        from_status=before,
        to_status=row.status,
        reason=reason[:300],
        snapshot={"finding": str(finding.public_id)},
    )


def _failed_words(item: Item, judgement: Judgement) -> Words:
    """The item and every limit that was missed, as long as a row may hold."""
    parts = joined(map(shortfall_words, judgement.shortfalls), Words("；", "; "))
    return Words(f"{item.what.zh}：{parts.zh}"[:500], f"{item.what.en}: {parts.en}"[:500])


def _check_complaint(complaint: str, words: str, received_on: date) -> None:
    fields = {}
    if not complaint.strip():
        fields["complaint"] = _("Please give the number of the complaint.")
    if not words.strip():
        fields["words"] = _("Please say what it is about, without names.")
    if received_on > clock.today():
        fields["received_on"] = _("This day has not come yet.")
    if fields:
        raise InvalidInput(fields=fields)


def _named_item(code: str) -> ChecklistItem | None:
    if not code:
        return None
    item = ChecklistItem.objects.filter(version=current_version(), code=code).first()
    if item is None:
        raise InvalidInput(fields={"item_code": _("This standard has no such item.")})
    return item


def _item_of(standard: Standard, fault: FacilityFault) -> Item | None:
    code = fault.facility.type.code
    return next((item for item in standard.items if code in _facilities([item])), None)


def _facilities(items: Iterable[Item]) -> set[str]:
    return {known.facility for item in items for known in item.register if known.facility}


def _row_of(version: StandardVersion, item: Item) -> ChecklistItem:
    return ChecklistItem.objects.get(version=version, code=item.code)
