"""Branch by facility on one page: what was promised, and whether it will do."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from branches.coverage import Line, coverage
from branches.queries import branch_list
from web.desk.signed_in import StaffRequest, signed_in
from web.region.forms import BranchFilter
from web.region.frame import show
from web.verdicts import Square

ON_A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One branch with its squares."""

    line: Line

    @property
    def squares(self) -> list[Square]:
        return [Square(cell) for cell in self.line.cells]


@require_safe
@signed_in
def matrix(request: StaffRequest) -> HttpResponse:
    """The matrix, with the search, filter and order of the branch table."""
    require(request.user, Permission.VIEW_BRANCH)
    wanted = BranchFilter(request.GET)
    everything = branch_list(request.user)
    page = Paginator(wanted.apply(everything), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [branch.pk for branch in page.object_list]
    found = coverage(request.user, everything.filter(pk__in=shown))
    in_order = {line.branch.pk: Row(line) for line in found.lines}
    context = {
        "filter": wanted,
        "page": page,
        "types": found.types,
        "rows": [in_order[pk] for pk in shown if pk in in_order],
        "tab": "coverage",
    }
    return show(request, "coverage", context)
