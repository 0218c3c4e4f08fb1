"""One item: its batches, and each movement as a small form."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import kits, stock, supplies
from branches.models import Branch, StockItem
from branches.models.stock import MovementKind
from branches.shelf import ledger, line_of
from foundation.errors import DomainError
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.access import batch_of, get_item_or_404
from web.desk.stock.forms import LevelForm, MoveForm

K = MovementKind
LATEST = 8


@require_safe
@signed_in
def detail(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """One item as this branch has it."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    return _page(request, branch, get_item_or_404(pk))


@require_POST
@signed_in
def move(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """One movement; the same tap twice is one."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    item = get_item_or_404(pk)
    try:
        said = cleaned(MoveForm(request.POST))
        _write(request, branch, item, said)
    except DomainError as error:
        return _page(request, branch, item, error=error, at=request.POST.get("kind", ""))
    kind = MovementKind(said["kind"]).label
    words = _("%(what)s: %(n)s %(kind)s.")
    messages.success(request, words % {"what": item, "n": said["quantity"], "kind": kind})
    return to("stock_item", branch, item.pk)


@require_POST
@signed_in
def set_level(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """At so many or fewer the branch is told to ask for more."""
    branch = get_branch_or_404(request.user, code, Permission.CHANGE_BRANCH)
    item = get_item_or_404(pk)
    try:
        level = cleaned(LevelForm(request.POST))["level"]
        supplies.set_reorder_level(branch=branch, item=item, level=level)
    except DomainError as error:
        return _page(request, branch, item, error=error, at="level")
    messages.success(request, _("From now on you are reminded at %(n)s.") % {"n": level})
    return to("stock_item", branch, item.pk)


def _write(request: StaffRequest, branch: Branch, item: StockItem, said: dict[str, Any]) -> None:
    batch = batch_of(request.user, branch, item, said["batch"])
    what = {
        "key": f"desk:{branch.code}:{said['key']}",
        "branch": branch,
        "quantity": said["quantity"],
        "actor": request.user,
    }
    words = {"item": item, "reason": said["reason"]}
    arrived = {"batch_number": said["number"], "expires_on": said["expires_on"]}
    writes: dict[str, Callable[[], object]] = {
        K.RECEIVED: lambda: stock.receive(**what, **words, **arrived),
        K.ASSEMBLED: lambda: kits.assemble(**what, kit=item),
        K.HANDED_OUT: lambda: stock.hand_out(**what, **words),
        K.USED: lambda: stock.use(**what, **words),
        K.RETURNED: lambda: stock.take_back(**what, **words, batch=batch),
        K.WRITTEN_OFF: lambda: stock.write_off(**what, **words, batch=batch),
    }
    writes[said["kind"]]()


def _page(
    request: StaffRequest,
    branch: Branch,
    item: StockItem,
    *,
    error: DomainError | None = None,
    at: str = "",
) -> HttpResponse:
    may_move = may(request.user, Permission.MOVE_STOCK)
    context = {
        "line": line_of(request.user, branch, item),
        "parts": item.components.select_related("item"),
        "latest": ledger(request.user, branch).filter(item=item)[:LATEST],
        "may_move": may_move,
        "may_set_level": may(request.user, Permission.CHANGE_BRANCH),
        # A form that was refused keeps its key: nothing was written under it.
        "key": request.POST.get("key") or uuid4(),
        "typed": request.POST,
        "at": at,
        "tab": "stock",
    }
    return show(request, branch, "stock/item", context, error=error)
