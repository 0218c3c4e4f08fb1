"""Somebody has come in: who (tap one), what for (tap two), and they are on the board."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from branches.models import Branch
from eldercare import bookings, escorts
from eldercare.lobby import spoken_at
from eldercare.models import Customer, Need
from eldercare.queries import board, expected, known_by_last4, services_asked_for
from eldercare.states import EscortStatus
from foundation.errors import DomainError, InvalidInput
from web.desk.access import get_branch_or_404, get_customer_or_404, get_escort_or_404
from web.desk.forms import ArrivalForm, WhoForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

# How an assistant would call somebody they have never met.
STRANGERS: dict[str, str | Promise] = {
    "lady": pgettext_lazy("a stranger in the lobby", "Lady"),
    "gentleman": pgettext_lazy("a stranger in the lobby", "Gentleman"),
    "couple": pgettext_lazy("strangers in the lobby", "Couple"),
}
TOO_LITTLE = gettext_lazy("Touch lady, gentleman or couple, or say how to know this person.")


@require_safe
@signed_in
def who(request: StaffRequest, code: str) -> HttpResponse:
    """Tap one: a known customer by the end of their phone, or a stranger."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    return _who_page(request, branch)


@require_safe
@signed_in
def what(request: StaffRequest, code: str) -> HttpResponse:
    """Tap two: what they have come for, as tiles."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    customer = _customer(request, request.GET.get("customer", ""))
    nickname = "" if customer else _nickname(request)
    if customer is None and not nickname:
        return _who_page(request, branch, error=InvalidInput(TOO_LITTLE))
    return _what_page(request, branch, str(uuid4()), customer, nickname)


@require_POST
@signed_in
def log(request: StaffRequest, code: str) -> HttpResponse:
    """Logged: they wait from this moment on."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    customer = _customer(request, request.POST.get("customer", ""))
    try:
        wanted = cleaned(ArrivalForm(request.POST))
        escort = escorts.log_arrival(
            client_key=str(wanted["client_key"]),
            branch=branch,
            service_version=wanted["service"],
            actor=request.user,
            customer=customer,
            nickname="" if customer else wanted["nickname"],
            needs=wanted["needs"],
            wanted_skills=wanted["wanted_skills"],
        )
    except DomainError as error:
        key = request.POST.get("client_key") or str(uuid4())
        nickname = request.POST.get("nickname", "")
        return _what_page(request, branch, key, customer, nickname, error=error)
    messages.success(request, _("%(who)s is on the board.") % {"who": escort.called})
    return to("board", branch)


@require_POST
@signed_in
def check_in(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Somebody who booked has come: one tap, for what they come for is known."""
    branch = get_branch_or_404(request.user, code, Permission.RUN_ESCORT)
    escort = get_escort_or_404(request.user, branch, public_id, Permission.RUN_ESCORT)
    try:
        # A second tap finds them on the board already.
        if escort.status != EscortStatus.WAITING:
            bookings.check_in(escort=escort, actor=request.user)
    except DomainError as error:
        return _who_page(request, branch, error=error)
    messages.success(request, _("%(who)s is on the board.") % {"who": escort.called})
    return to("board", branch)


def _who_page(
    request: StaffRequest, branch: Branch, *, error: DomainError | None = None
) -> HttpResponse:
    found: list[Customer] | None = None
    if "last4" in request.GET:
        try:
            digits = cleaned(WhoForm(request.GET))["last4"]
            found = list(known_by_last4(request.user, branch, digits))
        except DomainError as refused:
            error = refused
    context = {
        "expected": expected(request.user, branch),
        "strangers": STRANGERS,
        "found": found,
        "typed": request.GET,
        "tab": "board",
    }
    return show(request, branch, "arrive_who", context, error=error)


def _what_page(
    request: StaffRequest,
    branch: Branch,
    client_key: str,
    customer: Customer | None,
    nickname: str,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    chosen = request.POST.getlist("needs") or (customer.needs if customer else [])
    wished = request.POST.getlist("wanted_skills")
    here = board(request.user, branch).filter(customer=customer) if customer else None
    context = {
        "client_key": client_key,
        "customer": customer,
        "nickname": nickname,
        "already": here.first() if here is not None else None,
        "needs": [(value, label, value in chosen) for value, label in Need.choices],
        "skills": [
            (skill.value, skill.label, skill.value in wished) for skill in spoken_at(branch)
        ],
        "services": services_asked_for(branch),
        "tab": "board",
    }
    return show(request, branch, "arrive_what", context, error=error)


def _customer(request: StaffRequest, public_id: str) -> Customer | None:
    """The customer whose id came with the tap, if one did and it can be one."""
    if not public_id:
        return None
    try:
        return get_customer_or_404(request.user, UUID(public_id))
    except ValueError:
        return None


def _nickname(request: StaffRequest) -> str:
    kind = str(STRANGERS.get(request.GET.get("kind", ""), ""))
    mark = request.GET.get("mark", "").strip()[:40]
    return _("%(kind)s, %(mark)s") % {"kind": kind, "mark": mark} if kind and mark else kind or mark
