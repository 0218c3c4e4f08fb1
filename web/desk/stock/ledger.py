"""The ledger: every movement, page by page."""

from datetime import time, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from branches.models import StockMovement
from branches.queries import local_moment
from branches.shelf import ledger
from web import columns
from web.desk.access import get_branch_or_404
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.forms import LedgerFilter
from web.exports import exported

ON_A_PAGE = 50
MIDNIGHT = time(0)


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponseBase:
    """The newest first, filtered by item, kind and days."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    wanted = LedgerFilter(request.GET)
    rows = _apply(wanted, ledger(request.user, branch))
    file = exported(request, _("Ledger"), columns.movements(), rows)
    if file is not None:
        return file
    context = {
        "filter": wanted,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "tab": "stock",
    }
    return show(request, branch, "stock/ledger", context)


def _apply(form: LedgerFilter, rows: QuerySet[StockMovement]) -> QuerySet[StockMovement]:
    form.full_clean()
    said = form.cleaned_data
    if item := said.get("item"):
        rows = rows.filter(item=item)
    if kind := said.get("kind"):
        rows = rows.filter(kind=kind)
    if since := said.get("since"):
        rows = rows.filter(at__gte=local_moment(since, MIDNIGHT))
    if until := said.get("until"):
        rows = rows.filter(at__lt=local_moment(until, MIDNIGHT) + timedelta(days=1))
    return rows
