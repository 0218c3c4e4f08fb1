"""The audit calendar, and one inspection planned by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, require
from audits import inspections
from audits.models import Inspection
from audits.queries import by_month, inspections_of
from audits.scoring import rounded
from audits.states import InspectionStatus as S
from foundation import clock
from foundation.errors import DomainError
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.region.audits.access import own_inspections
from web.region.audits.forms import CalendarForm, PlanForm
from web.region.audits.frame import show_part
from web.region.frame import to

ON_A_PAGE: Final = 60
TONES: Final = {S.PLANNED: "wait", S.UNDER_WAY: "info", S.SUBMITTED: "ok"}


@dataclass(frozen=True)
class Line:
    """One line of the calendar: an inspection with its score as it is shown."""

    inspection: Inspection

    @property
    def tone(self) -> str:
        return TONES.get(S(self.inspection.status), "")

    @property
    def is_late(self) -> bool:
        return self.inspection.status == S.PLANNED and self.inspection.planned_for < clock.today()

    @property
    def score(self) -> str:
        percent = self.inspection.percent
        return f"{rounded(percent)}%" if percent is not None else ""


@dataclass(frozen=True)
class Month:
    """One month of the year's strip."""

    first: date
    numbers: dict[str, int]
    is_shown: bool

    @property
    def total(self) -> int:
        return sum(number for status, number in self.numbers.items() if status != S.CANCELLED)

    @property
    def done(self) -> int:
        return self.numbers.get(S.SUBMITTED, 0)


@require_safe
@signed_in
def calendar(request: StaffRequest) -> HttpResponse:
    """The year in months and one month in lines; what one has to do oneself stands above."""
    require(request.user, Permission.VIEW_AUDIT)
    wanted = CalendarForm(request.GET)
    year, numbers = wanted.shown_year, by_month(request.user, wanted.shown_year)
    months = [
        Month(date(year, month, 1), numbers.get(month, {}), month == wanted.shown_month)
        for month in range(1, 13)
    ]
    rows = wanted.apply(inspections_of(request.user))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "filter": [wanted[name] for name in ("q", "kind", "status")],
        "months": months,
        "page": page,
        "lines": [Line(row) for row in page.object_list],
        "mine": [Line(row) for row in own_inspections(request.user)],
    }
    return show_part(request, "calendar", context, part="inspections")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: StaffRequest) -> HttpResponse:
    """Where, when, who; told beforehand or not."""
    require(request.user, Permission.PLAN_INSPECTION)
    if request.method != "POST":
        first = {"key": uuid4(), "kind": "planned", "announced": True, "day": clock.today()}
        form = PlanForm(request.user, initial=first | {"branch": request.GET.get("branch")})
        return show_part(request, "plan", {"form": form}, part="inspections")
    form = PlanForm(request.user, request.POST)
    status = 400
    if form.is_valid():
        said = form.cleaned_data | {"key": str(form.cleaned_data["key"])}
        try:
            row = inspections.plan(**said, actor=request.user)
        except DomainError as error:
            status = show_refusal(form, error)
        else:
            messages.success(request, _("Planned: %(what)s.") % {"what": row})
            return to("inspection", row.public_id)
    return show_part(request, "plan", {"form": form}, part="inspections", status=status)
