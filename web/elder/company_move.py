"""Moving booked company to another time in the same branch: the same questions about time."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.escort_times import AlreadyBooked, TimeTaken, move_escort
from eldercare.states import ESCORT_MOVES, EscortStatus
from foundation.errors import Busy, DomainError
from web.elder import times
from web.elder.access import get_escort_of_or_404
from web.elder.asking import asked_key, asked_time, asked_value
from web.elder.caller import ElderRequest, signed_in
from web.elder.company import Company, slot_of

SEE_OTHER = 303


@require_safe
@signed_in
def when(request: ElderRequest, public_id: UUID) -> HttpResponse:
    company = _company(request, public_id)
    return times.show_when(
        request, company, back=reverse("elder:company_booking", args=[public_id])
    )


@require_safe
@signed_in
def day(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.show_days(request, _company(request, public_id))


@require_safe
@signed_in
def time(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.show_times(request, _company(request, public_id))


@require_POST
@signed_in
def keep(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.keep(request, _company(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """From when to when; the old time stands until the new one is certain."""
    if request.method == "POST":
        return _move(request, public_id)
    return _show_check(request, _company(request, public_id))


def _show_check(
    request: ElderRequest, company: Company, refusal: DomainError | None = None
) -> HttpResponse:
    start = asked_time(request)
    if start is None:
        return HttpResponseRedirect(company.page("when"))
    context = {
        "escort": company.escort,
        "start": start,
        "window": asked_value(request),
        "key": asked_key(request) or uuid4().hex,
        "message": refusal.message if refusal else "",
        "change_time": company.page("when"),
    }
    status = refusal.http_status if refusal else 200
    return render(request, "elder/company/move.html", context, status=status)


def _move(request: ElderRequest, public_id: UUID) -> HttpResponse:
    # Not through _company: a second tap finds it moved already, and that is no error.
    escort, person = get_escort_of_or_404(request, public_id)
    company = Company.to_move(person, escort)
    start, key = asked_time(request), asked_key(request)
    if start is None or not key:
        return HttpResponseRedirect(company.page("when"), status=SEE_OTHER)
    try:
        moved = move_escort(escort=escort, start=start, key=f"elder:{key}", asker=person.asker)
    except TimeTaken as taken:
        return times.show_taken(request, company, taken, map(slot_of, taken.times))
    except (AlreadyBooked, Busy) as refusal:
        return _show_check(request, company, refusal)
    messages.success(request, _("Your company has a new time."))
    address = reverse("elder:company_booking", args=[moved.public_id])
    return HttpResponseRedirect(address, status=SEE_OTHER)


def _company(request: ElderRequest, public_id: UUID) -> Company:
    """The booking that is to be moved.

    Raises:
        MoveRefused: they are here already, or it has ended.
    """
    escort, person = get_escort_of_or_404(request, public_id)
    ESCORT_MOVES.check(escort.status, EscortStatus.CANCELLED)
    return Company.to_move(person, escort)
