"""One inspection as a whole: begun, moved, handed over, called off, signed, and its result."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from audits import inspections
from audits.labels import gap_words
from audits.models import Inspection, InspectionKind, Side, Signature
from audits.publishing import standard_of
from audits.queries import findings_of, missing_for_next_grade, trend
from audits.states import InspectionStatus as S
from foundation.errors import DomainError
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import history
from web.region.audits.access import get_inspection_or_404
from web.region.audits.forms import DayForm, HandOverForm, ReasonForm, SignForm, StartForm
from web.region.audits.frame import parts, show_part
from web.region.audits.items import require_inspector_role
from web.region.audits.plans import Line
from web.region.audits.walk import Walk
from web.region.frame import to

Act = Callable[[Inspection], None]


@require_safe
@signed_in
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is to be done next, how far it has come, or the result."""
    return inspection_page(request, get_inspection_or_404(request.user, public_id))


@require_POST
@signed_in
def start(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The inspector is there and begins."""

    def act(row: Inspection) -> None:
        year = cleaned(StartForm(request.POST))["last_works_year"]
        inspections.start(inspection=row, actor=request.user, last_works_year=year)

    return _do(request, public_id, act)


@require_POST
@signed_in
def works_year(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Another year of the last building works: other rules may bind."""

    def act(row: Inspection) -> None:
        year = cleaned(StartForm(request.POST))["last_works_year"]
        inspections.correct_works_year(inspection=row, actor=request.user, last_works_year=year)

    return _do(request, public_id, act)


@require_POST
@signed_in
def move(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Another day."""

    def act(row: Inspection) -> None:
        day = cleaned(DayForm(request.POST))["day"]
        inspections.move_to(inspection=row, day=day, actor=request.user)
        messages.success(request, _("Moved to %(day)s.") % {"day": day.isoformat()})

    return _do(request, public_id, act)


@require_POST
@signed_in
def hand_over(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Somebody else goes on; what is answered stays."""

    def act(row: Inspection) -> None:
        said = cleaned(HandOverForm(request.user, request.POST))
        inspections.hand_over(
            inspection=row, to=said["inspector"], reason=said["reason"], actor=request.user
        )

    return _do(request, public_id, act)


@require_POST
@signed_in
def cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Called off, and why."""

    def act(row: Inspection) -> None:
        reason = cleaned(ReasonForm(request.POST))["reason"]
        inspections.cancel(inspection=row, reason=reason, actor=request.user)

    return _do(request, public_id, act)


@require_POST
@signed_in
def sign(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One side puts its name under the answers as they are now."""

    def act(row: Inspection) -> None:
        said = cleaned(SignForm(request.POST))
        inspections.sign(
            inspection=row,
            side=Side(said["side"]),
            name=said["name"],
            strokes=_strokes(said["strokes"]),
            actor=request.user,
        )

    return _do(request, public_id, act)


@require_POST
@signed_in
def submit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Judged, scored, and closed for good."""

    def act(row: Inspection) -> None:
        inspections.submit(inspection=row, actor=request.user)
        messages.success(request, _("Submitted. The result and the findings are on record."))

    return _do(request, public_id, act)


def inspection_page(
    request: StaffRequest, row: Inspection, *, error: DomainError | None = None
) -> HttpResponse:
    """The page of one inspection as far as it has come; with an ``error``, beside its form."""
    status = S(row.status)
    may_plan = may(request.user, Permission.PLAN_INSPECTION)
    context: dict[str, Any] = {
        "inspection": row,
        "line": Line(row),
        "walk": Walk(row, request.user),
        "is_self_check": row.kind == InspectionKind.SELF_CHECK,
        "standard": standard_of(row.version),
        "events": history(row.events.select_related("actor"), S),
        "at": request.resolver_match.url_name if error and request.resolver_match else "",
        "typed": request.POST,
    }
    if status in {S.PLANNED, S.UNDER_WAY}:
        context |= {
            "may_change": row.inspector_id == request.user.pk or may_plan,
            "hand_over": HandOverForm(request.user) if may_plan else None,
            "start": StartForm(initial={"last_works_year": _last_known_year(request, row)}),
            "move": DayForm(initial={"day": row.planned_for}),
            "parts": parts(),
        }
    if status == S.SUBMITTED:
        context |= _result(request, row)
    name = {S.UNDER_WAY: "under_way", S.SUBMITTED: "result"}.get(status, "planned")
    return show_part(request, name, context, part="inspections", error=error)


def _result(request: StaffRequest, row: Inspection) -> dict[str, Any]:
    standard = standard_of(row.version)
    names = {section.code: section.name for section in standard.sections}
    above, gaps = missing_for_next_grade(row)
    grade = standard.grade(row.grade)
    return {
        "grade": grade.name if grade else "",
        "sections": [(names[one.section], one) for one in row.section_scores.all()],
        "above": above,
        "gaps": [(gap_words(standard, gap), gap.items) for gap in gaps],
        "findings": findings_of(request.user, row),
        "signatures": [_Drawing(one) for one in row.signatures.all()],
    }


class _Drawing:
    """A signature, its strokes as the points of lines."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature

    @property
    def lines(self) -> list[str]:
        return [" ".join(f"{x},{y}" for x, y in stroke) for stroke in self.signature.strokes]


def _do(request: StaffRequest, public_id: UUID, act: Act) -> HttpResponse:
    row = get_inspection_or_404(request.user, public_id)
    require_inspector_role(request)
    try:
        act(row)
    except DomainError as error:
        fresh = get_inspection_or_404(request.user, public_id)
        return inspection_page(request, fresh, error=error)
    return to("inspection", public_id)


def _last_known_year(request: StaffRequest, row: Inspection) -> int | None:
    if row.last_works_year is not None:
        return row.last_works_year
    last = trend(request.user, row.branch).last()
    return last.last_works_year if last else None


def _strokes(drawn: object) -> list[list[list[int]]] | None:
    """What was drawn; what has not the shape of strokes becomes one that the domain refuses."""
    if drawn in (None, ""):
        return None
    if isinstance(drawn, list) and all(
        isinstance(stroke, list) and all(isinstance(point, list) for point in stroke)
        for stroke in drawn
    ):
        return drawn
    return [[[-1]]]
