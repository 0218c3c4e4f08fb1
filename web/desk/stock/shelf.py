"""The shelf: what is there, what runs out, what expires; and one care kit handed out in one tap."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import stock
from branches.models import Branch
from branches.queries import kits_left
from branches.shelf import shelf_of
from branches.supplies import suggestions
from foundation.errors import DomainError
from web import columns
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.forms import KitForm
from web.exports import exported


@require_safe
@signed_in
def show_shelf(request: StaffRequest, code: str) -> HttpResponseBase:
    """Every item, what needs somebody first; or the same as a file."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    lines = shelf_of(request.user, branch) if "format" in request.GET else []
    file = exported(request, _("Stock"), columns.shelf(), lines)
    return file or _page(request, branch)


@require_POST
@signed_in
def hand_out(request: StaffRequest, code: str) -> HttpResponse:
    """One kit leaves the shelf; the same tap twice is one kit."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    try:
        key = cleaned(KitForm(request.POST))["key"]
        stock.hand_out_kit(key=f"desk:{branch.code}:{key}", branch=branch, actor=request.user)
    except DomainError as error:
        return _page(request, branch, error=error)
    messages.success(request, _("One care kit is handed out."))
    return to("stock", branch)


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "lines": shelf_of(request.user, branch),
        "left": kits_left(request.user, branch),
        "to_ask": len(suggestions(branch)),
        "key": uuid4(),
        "may_move": may(request.user, Permission.MOVE_STOCK),
        "at": "",
        "tab": "stock",
    }
    return show(request, branch, "stock/shelf", context, error=error)
