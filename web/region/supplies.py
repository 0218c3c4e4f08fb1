"""What all branches ask for: granted, refused, sent."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, may, require
from branches import supplies
from branches.models import Branch, StockItem, StockLevel, StockRequest
from branches.states import RequestStatus
from branches.supplies import requests_of
from foundation.errors import DomainError, MoveRefused
from web import columns
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.forms import Quantity, ReasonForm
from web.desk.words import Happened, history
from web.exports import exported
from web.region.frame import show, to

ON_A_PAGE = 30
WAITING = "waiting"
LIVE = [RequestStatus.REQUESTED, RequestStatus.GRANTED, RequestStatus.SENT]


class SupplyFilter(forms.Form):
    """Which requests; nonsense in the address filters nothing."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("under way")),
            ("all", gettext_lazy("all of them")),
            *RequestStatus.choices,
        ],
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=gettext_lazy("Branch"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all branches"),
    )
    item = forms.ModelChoiceField(
        StockItem.objects.all(),
        label=gettext_lazy("Item"),
        required=False,
        empty_label=gettext_lazy("all items"),
    )

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        rows = Branch.objects.for_user(user, Permission.VIEW_STOCK).filter(is_active=True)
        self.fields["branch"].queryset = rows.order_by("code")  # type: ignore[attr-defined]

    def apply(self, rows: QuerySet[StockRequest]) -> QuerySet[StockRequest]:
        """The rows that were asked for; what waits longest first."""
        self.full_clean()
        said = self.cleaned_data
        for name in ("branch", "item"):
            if said.get(name):
                rows = rows.filter(**{name: said[name]})
        status = said.get("status")
        if status == "all":
            return rows
        if status:
            return rows.filter(status=status)
        return rows.filter(status__in=LIVE).order_by("asked_at", "pk")


class GrantForm(forms.Form):
    quantity = Quantity()
    words = forms.CharField(max_length=300, required=False)


class SendForm(forms.Form):
    words = forms.CharField(max_length=300, required=False)


@dataclass(frozen=True)
class File:
    """One request, what the branch has of it, and what may be done."""

    row: StockRequest
    left: int
    user_pk: int

    @property
    def events(self) -> list[Happened]:
        return history(self.row.events.all(), RequestStatus)

    @property
    def may_grant(self) -> bool:
        return self.row.status == RequestStatus.REQUESTED and self.row.asked_by_id != self.user_pk

    @property
    def may_decline(self) -> bool:
        return self.row.status == RequestStatus.REQUESTED

    @property
    def may_send(self) -> bool:
        return self.row.status == RequestStatus.GRANTED

    @property
    def forms(self) -> set[str]:
        """The forms that the page shows for it: a refusal stands beside its own."""
        shown = {"granted": self.may_grant, "declined": self.may_decline, "sent": self.may_send}
        return {f"{name}-{self.row.pk}" for name, here in shown.items() if here}


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponseBase:
    """The requests of all branches, those that wait first."""
    require(request.user, Permission.VIEW_STOCK)
    wanted = SupplyFilter(request.user, request.GET)
    rows = wanted.apply(requests_of(request.user, Permission.VIEW_STOCK))
    file = exported(request, _("Requests"), columns.stock_requests(), rows)
    return file or _page(request)


@require_POST
@signed_in
def grant(request: StaffRequest, pk: int) -> HttpResponse:
    """So many, perhaps fewer than were asked for."""

    def act(row: StockRequest) -> str:
        said = cleaned(GrantForm(request.POST))
        supplies.grant(
            request=row, quantity=said["quantity"], actor=request.user, words=said["words"]
        )
        return _("Granted: %(n)s × %(what)s.") % {"n": said["quantity"], "what": row.item}

    return _do(request, pk, RequestStatus.GRANTED, act)


@require_POST
@signed_in
def decline(request: StaffRequest, pk: int) -> HttpResponse:
    """No, and why."""

    def act(row: StockRequest) -> str:
        reason = cleaned(ReasonForm(request.POST))["reason"]
        supplies.decline(request=row, reason=reason, actor=request.user)
        return _("Refused, with your reason.")

    return _do(request, pk, RequestStatus.DECLINED, act)


@require_POST
@signed_in
def send(request: StaffRequest, pk: int) -> HttpResponse:
    """It is on its way; the branch says what has come."""

    def act(row: StockRequest) -> str:
        words = cleaned(SendForm(request.POST))["words"]
        supplies.send(request=row, actor=request.user, words=words)
        return _("On its way: %(what)s.") % {"what": row.item}

    return _do(request, pk, RequestStatus.SENT, act)


def _do(
    request: StaffRequest, pk: int, goal: RequestStatus, act: Callable[[StockRequest], str]
) -> HttpResponse:
    row = _get_or_404(request.user, pk)
    try:
        messages.success(request, act(row))
    except DomainError as error:
        now = _get_or_404(request.user, pk)
        # A second tap finds what the first one did: nothing to be sorry about.
        if not isinstance(error, MoveRefused) or now.status != goal:
            return _page(request, error=error, at=f"{goal.value}-{pk}")
    return to("supplies")


def _get_or_404(user: User, pk: int) -> StockRequest:
    require(user, Permission.VIEW_STOCK)
    row = requests_of(user, Permission.VIEW_STOCK).filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    require(user, Permission.GRANT_STOCK)
    return row


def _page(request: StaffRequest, *, error: DomainError | None = None, at: str = "") -> HttpResponse:
    wanted = SupplyFilter(request.user, request.GET)
    rows = wanted.apply(requests_of(request.user, Permission.VIEW_STOCK))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    held = StockLevel.objects.for_user(request.user, Permission.VIEW_STOCK).filter(
        branch__in={row.branch_id for row in shown}, item__in={row.item_id for row in shown}
    )
    left = {(level.branch_id, level.item_id): level.quantity for level in held}
    files = [File(row, left.get((row.branch_id, row.item_id), 0), request.user.pk) for row in shown]
    context = {
        "filter": wanted,
        "page": page,
        "files": files,
        "elsewhere": error is not None and not any(at in file.forms for file in files),
        "may_grant": may(request.user, Permission.GRANT_STOCK),
        "typed": request.POST,
        "at": at,
        "tab": "supplies",
    }
    return show(request, "supplies", context, error=error)
