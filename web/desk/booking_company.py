"""Company that was booked at this branch gets another time, or is cancelled, by staff."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from appointments.availability import days_ahead, window_start
from appointments.escort_times import TimeTaken, cancel_escort, move_escort
from branches.models import Branch
from eldercare.models import Escort
from eldercare.states import EscortStatus
from foundation.errors import DomainError, MoveRefused
from web.desk.access import get_branch_or_404, get_escort_or_404
from web.desk.booking_changes import by_staff
from web.desk.booking_forms import MoveForm
from web.desk.booking_times import by_day, company_days, first_day, in_words, of_time
from web.desk.forms import ReasonForm, cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in

LOOK_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(LOOK_OR_SEND)
@signed_in
def move(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Other times that can be kept; the old one stands until the new one is certain."""
    branch, escort = _escort(request, code, public_id)
    if request.method != "POST":
        return _move_page(request, branch, escort)
    try:
        typed = cleaned(MoveForm(request.POST))
        moved = move_escort(
            escort=escort,
            start=window_start(typed["window"]),
            key=f"desk:{typed['key']}",
            asker=by_staff(request),
            reason=typed["reason"],
        )
    except DomainError as error:
        return _move_page(request, branch, escort, error=error)
    said = _("Moved to %(when)s. Please read it back to the customer.")
    messages.success(request, said % {"when": in_words(moved.booked_for or moved.arrived_at)})
    return to("escort", branch, moved.public_id)


@require_http_methods(LOOK_OR_SEND)
@signed_in
def cancel(request: StaffRequest, code: str, public_id: UUID) -> HttpResponse:
    """Cancel it, and why."""
    branch, escort = _escort(request, code, public_id)
    if request.method != "POST":
        return _cancel_page(request, branch, escort)
    try:
        reason = cleaned(ReasonForm(request.POST))["reason"]
        cancel_escort(escort=escort, asker=by_staff(request), reason=reason)
    except DomainError as error:
        now = get_escort_or_404(request.user, branch, public_id)
        # A second tap finds what the first one did: nothing to be sorry about.
        if not (isinstance(error, MoveRefused) and now.status == EscortStatus.CANCELLED):
            return _cancel_page(request, branch, now, error=error)
    messages.success(request, _("Cancelled. Nobody waits for them, and the time is free again."))
    return to("escort", branch, public_id)


def _escort(request: StaffRequest, code: str, public_id: UUID) -> tuple[Branch, Escort]:
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    return branch, get_escort_or_404(request.user, branch, public_id, Permission.BOOK_VISIT)


def _move_page(
    request: StaffRequest, branch: Branch, escort: Escort, *, error: DomainError | None = None
) -> HttpResponse:
    may_move = escort.status == EscortStatus.BOOKED
    first = first_day(request.GET.get("from", ""))
    nearest = by_day(map(of_time, error.times)) if isinstance(error, TimeTaken) else []
    context = {
        "escort": escort,
        "days": nearest or (company_days(escort, first) if may_move else []),
        "nearest": bool(nearest),
        "may_move": may_move,
        "all_days": days_ahead(),
        "first": first,
        "key": request.POST.get("key") or uuid4().hex,
        "window": request.POST.get("window", ""),
        "typed": request.POST,
        "tab": "board",
    }
    return show(request, branch, "company_move", context, error=error)


def _cancel_page(
    request: StaffRequest, branch: Branch, escort: Escort, *, error: DomainError | None = None
) -> HttpResponse:
    may_cancel = escort.status == EscortStatus.BOOKED
    context = {"escort": escort, "may_cancel": may_cancel, "typed": request.POST, "tab": "board"}
    return show(request, branch, "company_cancel", context, error=error)
