"""The register of branches: the table, and one branch with what it has and who works there."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, may, require
from branches.finding import districts
from branches.models import Branch, OpeningHours
from branches.models.branch import BranchKind
from branches.queries import branch_list, faults_of, kits_left
from foundation.errors import DomainError
from web.desk.register.faults import FaultFile
from web.desk.register.page import facts_of
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import Out, exported
from web.region.access import get_branch_or_404
from web.region.forms import BranchFilter
from web.region.frame import show

ON_A_PAGE = 50
COLUMNS = (
    Out(gettext_lazy("Code"), "code"),
    Out(gettext_lazy("Branch"), "name"),
    Out(gettext_lazy("Kind"), "get_kind_display"),
    Out(gettext_lazy("District"), "district"),
    Out(gettext_lazy("Address"), "address"),
    Out(gettext_lazy("Phone"), "phone"),
    Out(gettext_lazy("Lacking"), "lacking_count"),
    Out(gettext_lazy("Open faults"), "fault_count"),
    Out(gettext_lazy("Fit"), "fit_count"),
    Out(gettext_lazy("Staff"), "staff_count"),
)


@dataclass(frozen=True)
class OpenDays:
    """Weekdays in a row with the same hours."""

    rows: tuple[OpeningHours, ...]

    @property
    def days(self) -> str:
        first, last = self.rows[0], self.rows[-1]
        if first is last:
            return str(first.get_weekday_display())
        return _("%(first)s to %(last)s") % {
            "first": first.get_weekday_display(),
            "last": last.get_weekday_display(),
        }


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponseBase:
    """The table of branches: search, filter, order, page by page."""
    require(request.user, Permission.VIEW_BRANCH)
    everything = branch_list(request.user)
    wanted = BranchFilter(request.GET, districts(everything))
    rows = wanted.apply(everything)
    if download := exported(request, _("Branches"), COLUMNS, rows):
        return download
    figures = everything.aggregate(
        branches=Count("pk"),
        demonstration=Count("pk", filter=Q(kind=BranchKind.DEMONSTRATION)),
        lacking=Sum("lacking_count", default=0),
        faults=Sum("fault_count", default=0),
    )
    context = {
        "filter": wanted,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "figures": figures,
        "tab": "branches",
    }
    return show(request, "branches", context)


@require_safe
@signed_in
def detail(request: StaffRequest, code: str) -> HttpResponse:
    """One branch."""
    return branch_page(request, get_branch_or_404(request.user, code))


def branch_page(
    request: StaffRequest,
    branch: Branch,
    *,
    error: DomainError | None = None,
    at: int = 0,
) -> HttpResponse:
    """The page of one branch; ``at`` is the fault whose form was refused."""
    may_see_staff = may(request.user, Permission.VIEW_STAFF)
    context = {
        "branch": branch,
        "hours": open_days(branch),
        "kits": kits_left(request.user, branch),
        "staff": branch.staff.filter(is_active=True) if may_see_staff else None,
        "faults": [FaultFile(fault) for fault in faults_of(request.user, branch)],
        "may_repair": may(request.user, Permission.REPAIR_FAULT),
        "typed": request.POST,
        "at": at,
        "tab": "branches",
    }
    context |= facts_of(request, branch)
    return show(request, "branch", context, error=error)


def open_days(branch: Branch) -> list[OpenDays]:
    """The week in as few lines as it has different hours."""
    runs: list[list[OpeningHours]] = []
    for row in branch.hours.order_by("weekday"):
        last = runs[-1][-1] if runs else None
        same = last is not None and (last.weekday + 1, last.opens, last.closes) == (
            row.weekday,
            row.opens,
            row.closes,
        )
        if same:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [OpenDays(tuple(run)) for run in runs]
