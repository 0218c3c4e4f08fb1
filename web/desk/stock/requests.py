"""What the branch asks the region for, and what has come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may
from branches import supplies
from branches.models import Branch, StockItem, StockRequest
from branches.states import RequestStatus
from branches.supplies import requests_of, suggestions
from foundation import clock
from foundation.errors import DomainError, MoveRefused
from web import columns
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.access import get_request_or_404
from web.desk.stock.forms import ArrivalForm, AskForm, ReasonForm
from web.desk.words import Happened, history
from web.exports import exported

ON_A_PAGE = 20
LIVE = (RequestStatus.REQUESTED, RequestStatus.GRANTED, RequestStatus.SENT)


@dataclass(frozen=True)
class File:
    """One request with all that happened to it."""

    row: StockRequest

    @property
    def events(self) -> list[Happened]:
        return history(self.row.events.all(), RequestStatus)

    @property
    def last_words(self) -> str:
        events = list(self.row.events.all())
        return events[-1].reason if events else ""

    @property
    def may_be_cancelled(self) -> bool:
        return self.row.status in (RequestStatus.REQUESTED, RequestStatus.GRANTED)

    @property
    def is_coming(self) -> bool:
        return self.row.status == RequestStatus.SENT

    @property
    def forms(self) -> set[str]:
        """The forms that the page shows for it: a refusal stands beside its own."""
        coming = {f"delivered-{self.row.pk}", f"lost-{self.row.pk}"}
        if self.is_coming:
            return coming
        return {f"cancelled-{self.row.pk}"} if self.may_be_cancelled else set()

    @property
    def differs(self) -> bool:
        """Something else came than was granted."""
        return self.row.delivered is not None and self.row.delivered != self.row.granted


@require_safe
@signed_in
def listing(request: StaffRequest, code: str) -> HttpResponseBase:
    """What runs low, what was asked for, what came."""
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    rows = requests_of(request.user, Permission.VIEW_STOCK).filter(branch=branch)
    file = exported(request, _("Requests"), columns.stock_requests(), rows)
    return file or _page(request, branch)


@require_POST
@signed_in
def ask(request: StaffRequest, code: str) -> HttpResponse:
    """Ask for more of one thing."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    try:
        said = cleaned(AskForm(request.POST))
        supplies.ask(branch=branch, actor=request.user, **said)
    except DomainError as error:
        return _page(request, branch, error=error, at=f"ask-{request.POST.get('item', '')}")
    messages.success(request, _("Asked for: %(what)s.") % {"what": said["item"]})
    return to("stock_requests", branch)


@require_POST
@signed_in
def cancel(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """No longer needed."""

    def act(row: StockRequest) -> str:
        supplies.cancel(request=row, actor=request.user)
        return _("Taken back.")

    return _do(request, code, pk, RequestStatus.CANCELLED, act)


@require_POST
@signed_in
def arrived(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """So many have come; a difference stays on record."""

    def act(row: StockRequest) -> str:
        said = cleaned(ArrivalForm(request.POST))
        supplies.deliver(
            request=row,
            quantity=said["quantity"],
            actor=request.user,
            batch_number=said["number"],
            expires_on=said["expires_on"],
            words=said["words"],
        )
        return _("On the shelf: %(n)s × %(what)s.") % {"n": said["quantity"], "what": row.item}

    return _do(request, code, pk, RequestStatus.DELIVERED, act)


@require_POST
@signed_in
def lost(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Nothing has come."""

    def act(row: StockRequest) -> str:
        reason = cleaned(ReasonForm(request.POST))["reason"]
        supplies.report_lost(request=row, reason=reason, actor=request.user)
        return _("On record. You may ask for it anew.")

    return _do(request, code, pk, RequestStatus.LOST, act)


def _do(
    request: StaffRequest,
    code: str,
    pk: int,
    goal: RequestStatus,
    act: Callable[[StockRequest], str],
) -> HttpResponse:
    branch = get_branch_or_404(request.user, code, Permission.VIEW_STOCK)
    row = get_request_or_404(request.user, branch, pk)
    try:
        messages.success(request, act(row))
    except DomainError as error:
        now = get_request_or_404(request.user, branch, pk)
        # A second tap finds what the first one did: nothing to be sorry about.
        if not isinstance(error, MoveRefused) or now.status != goal:
            return _page(request, branch, error=error, at=f"{goal.value}-{pk}")
    return to("stock_requests", branch)


def _page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None, at: str = ""
) -> HttpResponse:
    rows = requests_of(request.user, Permission.VIEW_STOCK).filter(branch=branch)
    page = Paginator(rows.exclude(status__in=LIVE), ON_A_PAGE).get_page(request.GET.get("page"))
    wanted = request.POST.get("item") or request.GET.get("item", "")
    low = suggestions(branch)
    low_items = {one.item.pk for one in low}
    live = rows.filter(status__in=LIVE)
    files = [File(row) for row in live]
    shown = {name for file in files for name in file.forms}
    context = {
        "low": low,
        "others": StockItem.objects.exclude(pk__in=low_items).exclude(pk__in=live.values("item")),
        "wanted": wanted,
        "wanted_other": bool(wanted) and wanted not in {str(pk) for pk in low_items},
        "asked_other": at.startswith("ask-") and at[4:] not in {str(pk) for pk in low_items},
        "live": files,
        "elsewhere": error is not None and at not in shown and not at.startswith("ask-"),
        "settled": [File(row) for row in page],
        "page": page,
        "may_move": may(request.user, Permission.MOVE_STOCK),
        "today": clock.today(),
        "typed": request.POST,
        "at": at,
        "tab": "stock",
    }
    return show(request, branch, "stock/requests", context, error=error)
