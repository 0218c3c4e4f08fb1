"""A booked visit gets another time, or is cancelled, by staff for the customer."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from appointments.asking import Asker
from appointments.availability import WindowTaken, days_to_move, window_start
from appointments.booking import cancel_visit, move_visit
from appointments.models import HomeVisit
from appointments.models.home_visit import AskedBy
from appointments.states import AHEAD, VISIT_MOVES, VisitStatus
from branches.models import Branch
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404
from web.desk.booking_forms import MoveForm
from web.desk.booking_times import by_day, first_day, move_days, of_window, window_in_words
from web.desk.customers.access import get_visit_to_change_or_404
from web.desk.forms import ReasonForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

LOOK_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(LOOK_OR_SEND)
@signed_in
def move(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Other times that can be kept; the old one stands until the new one is certain."""
    branch, visit = _visit(request, code, public_id)
    if request.method != "POST":
        return _move_page(request, branch, visit)
    try:
        typed = cleaned(MoveForm(request.POST))
        moved = move_visit(
            visit=visit,
            window_start=window_start(typed["window"]),
            key=f"desk:{typed['key']}",
            asker=by_staff(request),
            reason=typed["reason"],
        )
    except DomainError as error:
        return _move_page(request, branch, visit, error=error)
    said = _("Moved to %(when)s. Please read it back to the customer.")
    messages.success(request, said % {"when": window_in_words(moved.window.lower)})
    return to("customer", branch, visit.customer.public_id)


@require_http_methods(LOOK_OR_SEND)
@signed_in
def cancel(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Cancel it, and why."""
    branch, visit = _visit(request, code, public_id)
    if request.method != "POST":
        return _cancel_page(request, branch, visit)
    try:
        cancel_visit(
            visit=visit,
            reason=cleaned(ReasonForm(request.POST))["reason"],
            asker=by_staff(request),
        )
    except DomainError as error:
        now = get_visit_to_change_or_404(request.user, branch, public_id)
        # A second tap finds what the first one did: nothing to be sorry about.
        if not (isinstance(error, MoveRefused) and now.status == VisitStatus.CANCELLED):
            return _cancel_page(request, branch, now, error=error)
    messages.success(request, _("Cancelled. Nobody will go, and the time is free again."))
    return to("customer", branch, visit.customer.public_id)


def by_staff(request: StaffRequest) -> Asker:
    """Whoever stands at the desk asks, for the customer."""
    return Asker(AskedBy.STAFF, user=request.user)


def _visit(request: StaffRequest, code: str, public_id: UUID) -> tuple[Branch, HomeVisit]:
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    return branch, get_visit_to_change_or_404(request.user, branch, public_id)


def _move_page(
    request: StaffRequest, branch: Branch, visit: HomeVisit, *, error: DomainError | None = None
) -> HttpResponse:
    may_move = VISIT_MOVES.allows(visit.status, VisitStatus.MOVED)
    every = days_to_move(visit)
    first = first_day(request.GET.get("from", ""), every)
    try:
        days = move_days(visit, first) if may_move else []
    except DomainError as refused:
        days, error = [], error or refused
    nearest = by_day(map(of_window, error.windows)) if isinstance(error, WindowTaken) else []
    context = {
        "visit": visit,
        "days": nearest or days,
        "nearest": bool(nearest),
        "may_move": may_move,
        "all_days": every,
        "first": first,
        "key": request.POST.get("key") or uuid4().hex,
        "window": request.POST.get("window", ""),
        "typed": request.POST,
        "tab": "visits",
    }
    return show(request, branch, "book_move", context, error=error)


def _cancel_page(
    request: StaffRequest, branch: Branch, visit: HomeVisit, *, error: DomainError | None = None
) -> HttpResponse:
    context = {
        "visit": visit,
        "may_cancel": VisitStatus(visit.status) in AHEAD,
        "typed": request.POST,
        "tab": "visits",
    }
    return show(request, branch, "book_cancel", context, error=error)
