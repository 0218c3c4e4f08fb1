"""Moving a visit to another time: the same questions about time, and one look before it counts."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.availability import WindowTaken
from appointments.booking import AlreadyBooked, move_visit
from appointments.states import VISIT_MOVES, VisitStatus
from foundation.errors import Busy, DomainError
from web.elder import times
from web.elder.access import get_visit_of_or_404
from web.elder.asking import asked_key, asked_time, asked_value
from web.elder.caller import ElderRequest, signed_in
from web.elder.errand import Errand, slot_of

SEE_OTHER = 303


@require_safe
@signed_in
def when(request: ElderRequest, public_id: UUID) -> HttpResponse:
    errand = _errand(request, public_id)
    return times.show_when(request, errand, back=reverse("elder:booking", args=[public_id]))


@require_safe
@signed_in
def day(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.show_days(request, _errand(request, public_id))


@require_safe
@signed_in
def time(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.show_times(request, _errand(request, public_id))


@require_POST
@signed_in
def keep(request: ElderRequest, public_id: UUID) -> HttpResponse:
    return times.keep(request, _errand(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """From when to when; the old time stands until the new one is certain."""
    if request.method == "POST":
        return _move(request, public_id)
    return _show_check(request, _errand(request, public_id))


def _show_check(
    request: ElderRequest, errand: Errand, refusal: DomainError | None = None
) -> HttpResponse:
    start = asked_time(request)
    if start is None:
        return HttpResponseRedirect(errand.page("when"))
    context = {
        "errand": errand,
        "visit": errand.visit,
        "start": start,
        "end": times.window_end(start),
        "window": asked_value(request),
        "key": asked_key(request) or uuid4().hex,
        "message": refusal.message if refusal else "",
        "change_time": errand.page("when"),
    }
    status = refusal.http_status if refusal else 200
    return render(request, "elder/times/move.html", context, status=status)


def _move(request: ElderRequest, public_id: UUID) -> HttpResponse:
    # Not through _errand: a second tap finds the visit moved already, and that is no error.
    visit, person = get_visit_of_or_404(request, public_id)
    errand = Errand.to_move(person, visit)
    start = asked_time(request)
    key = asked_key(request)
    if start is None or not key:
        return HttpResponseRedirect(errand.page("when"), status=SEE_OTHER)
    try:
        moved = move_visit(visit=visit, window_start=start, key=f"elder:{key}", asker=person.asker)
    except WindowTaken as taken:
        return times.show_taken(request, errand, taken, map(slot_of, taken.windows))
    except (AlreadyBooked, Busy) as refusal:
        return _show_check(request, errand, refusal)
    messages.success(request, _("Your visit has a new time."))
    return HttpResponseRedirect(reverse("elder:booking", args=[moved.public_id]), status=SEE_OTHER)


def _errand(request: ElderRequest, public_id: UUID) -> Errand:
    """The visit that is to be moved.

    Raises:
        MoveRefused: the team is on its way, or the visit has ended.
    """
    visit, person = get_visit_of_or_404(request, public_id)
    VISIT_MOVES.check(visit.status, VisitStatus.MOVED)
    return Errand.to_move(person, visit)
