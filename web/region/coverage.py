"""Branch by facility on one page: what was promised, and whether it will do."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, require
from branches.coverage import Cell, Line, Verdict, coverage
from branches.queries import branch_list
from web.desk.signed_in import StaffRequest, signed_in
from web.region.forms import BranchFilter
from web.region.frame import show

ON_A_PAGE = 50
WORDS = {
    Verdict.GOOD: _("good"),
    Verdict.MISSING: _("missing"),
    Verdict.UNFIT: _("out of use"),
    Verdict.EXPIRED: _("expired"),
    Verdict.WRONG_SIZE: _("wrong size"),
    Verdict.SHORT: _("too few"),
    Verdict.NOT_SEEN: _("not seen for long"),
    Verdict.NOT_ASKED: _("not asked"),
}


@dataclass(frozen=True)
class Square:
    """One cell in words, with the tone that helps to find it."""

    cell: Cell

    @property
    def words(self) -> str:
        return str(WORDS[self.cell.verdict])

    @property
    def tone(self) -> str:
        if self.cell.verdict == Verdict.GOOD:
            return "ok"
        if self.cell.verdict == Verdict.NOT_ASKED:
            return ""
        return "bad" if self.cell.promised else "wait"


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
