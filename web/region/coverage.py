"""Branch by facility on one page: what was promised, and whether it will do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, require
from branches.coverage import Line, coverage
from branches.finding import districts
from branches.models import Branch, FacilityType
from branches.queries import branch_list
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import Out, exported
from web.region.forms import BranchFilter
from web.region.frame import show
from web.verdicts import Square

ON_A_PAGE = 50
EXPORT_AT_A_TIME = 200


@dataclass(frozen=True)
class Row:
    """One branch with its squares."""

    line: Line

    @property
    def squares(self) -> list[Square]:
        return [Square(cell) for cell in self.line.cells]


@require_safe
@signed_in
def matrix(request: StaffRequest) -> HttpResponseBase:
    """The matrix, with the search, filter and order of the branch table."""
    require(request.user, Permission.VIEW_BRANCH)
    everything = branch_list(request.user)
    wanted = BranchFilter(request.GET, districts(everything))
    rows = wanted.apply(everything)
    types = list(FacilityType.objects.all())
    if download := exported(request, _("Coverage"), _columns(types), _lines(request.user, rows)):
        return download
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": wanted,
        "page": page,
        "types": types,
        "rows": [Row(line) for line in _lines_of(request.user, page.object_list)],
        "tab": "coverage",
    }
    return show(request, "coverage", context)


def _columns(types: Sequence[FacilityType]) -> list[Out]:
    heads = [Out(_("Code"), "line.branch.code"), Out(_("Branch"), "line.branch.name")]
    heads.append(Out(_("gaps"), "line.gaps"))
    return heads + [Out(str(kind), partial(_words_at, number)) for number, kind in enumerate(types)]


def _words_at(number: int, row: Row) -> str:
    return row.squares[number].words


def _lines(user: User, rows: QuerySet[Branch]) -> Iterator[Row]:
    """The whole matrix, as many branches at a time as a page has: it never stands in memory."""
    for page in Paginator(rows, EXPORT_AT_A_TIME):
        yield from map(Row, _lines_of(user, page.object_list))


def _lines_of(user: User, branches: Iterable[Branch]) -> list[Line]:
    """The lines of these branches, in their order."""
    wanted = [branch.pk for branch in branches]
    found = coverage(
        user, Branch.objects.for_user(user, Permission.VIEW_BRANCH).filter(pk__in=wanted)
    )
    by_pk = {line.branch.pk: line for line in found.lines}
    return [by_pk[pk] for pk in wanted if pk in by_pk]
