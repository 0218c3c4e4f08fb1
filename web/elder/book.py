"""Booking a home visit: for whom, what for, when, and one look at all answers. One thing a page."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import waiting_list
from appointments.availability import WindowTaken, days_ahead
from appointments.booking import AlreadyBooked, book_visit
from eldercare.queries import services_at_home
from foundation.errors import Busy, DomainError
from web.elder import times
from web.elder.access import get_person_or_404, get_service_or_404
from web.elder.asking import asked_key, asked_time, asked_value
from web.elder.caller import ElderRequest, Person, signed_in
from web.elder.errand import Errand, slot_of

SEE_OTHER = 303


@require_safe
@signed_in
def begin(request: ElderRequest) -> HttpResponse:
    """For whom? Asked only when this phone may ask for several people."""
    if len(request.people) == 1:
        return HttpResponseRedirect(_service_page(request.people[0]))
    choices = [(person, _service_page(person)) for person in request.people]
    return render(request, "elder/book/whom.html", {"choices": choices, "step": 1, "steps": "1234"})


@require_safe
@signed_in
def service(request: ElderRequest) -> HttpResponse:
    """What for? Only what two reviewers have let through, and what can be done at home."""
    person = get_person_or_404(request)
    if person is None:
        return HttpResponseRedirect(reverse("elder:book"))
    choices = [
        (version, Errand.to_book(person, version).page("when"))
        for version in services_at_home().select_related("service")
    ]
    context = {
        "person": person,
        "choices": choices,
        "back": reverse("elder:book") if len(request.people) > 1 else reverse("elder:home"),
    }
    return render(request, "elder/book/service.html", context | {"step": 2, "steps": "1234"})


@require_safe
@signed_in
def when(request: ElderRequest) -> HttpResponse:
    errand = _errand(request)
    if errand is None:
        return _start_again()
    return times.show_when(request, errand, back=_service_page(errand.person))


@require_safe
@signed_in
def day(request: ElderRequest) -> HttpResponse:
    errand = _errand(request)
    return times.show_days(request, errand) if errand else _start_again()


@require_safe
@signed_in
def time(request: ElderRequest) -> HttpResponse:
    errand = _errand(request)
    return times.show_times(request, errand) if errand else _start_again()


@require_POST
@signed_in
def keep(request: ElderRequest) -> HttpResponse:
    errand = _errand(request)
    return times.keep(request, errand) if errand else _start_again()


@require_POST
@signed_in
def wait(request: ElderRequest) -> HttpResponse:
    """Nothing suits: a place on the waiting list for the days that can be booked."""
    errand = _errand(request)
    if errand is None:
        return _start_again()
    days = days_ahead()
    person = errand.person
    waiting_list.join(
        customer=person.customer,
        version=errand.version,
        first_day=days[0],
        last_day=days[-1],
        asker=person.asker,
    )
    messages.success(request, _("You are on the list. We write to you when a time comes free."))
    return HttpResponseRedirect(reverse("elder:bookings"), status=SEE_OTHER)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ElderRequest) -> HttpResponse:
    """One look at every answer; the button at its end books."""
    errand = _errand(request)
    if errand is None:
        return _start_again()
    if request.method == "POST":
        return _book(request, errand)
    return _show_check(request, errand)


def _book(request: ElderRequest, errand: Errand) -> HttpResponse:
    start = asked_time(request)
    key = asked_key(request)
    if start is None or not key:
        return HttpResponseRedirect(errand.page("when"), status=SEE_OTHER)
    person = errand.person
    try:
        visit = book_visit(
            customer=person.customer,
            version=errand.version,
            window_start=start,
            key=f"elder:{key}",
            asker=person.asker,
        )
    except WindowTaken as taken:
        return times.show_taken(request, errand, taken, map(slot_of, taken.windows))
    except (AlreadyBooked, Busy) as refusal:
        return _show_check(request, errand, refusal)
    messages.success(request, _("Thank you. We have written it down."))
    return HttpResponseRedirect(reverse("elder:booking", args=[visit.public_id]), status=SEE_OTHER)


def _show_check(
    request: ElderRequest, errand: Errand, refusal: DomainError | None = None
) -> HttpResponse:
    """Every answer once more, and what stood in the way of the last attempt; all is kept."""
    start = asked_time(request)
    if start is None:
        return HttpResponseRedirect(errand.page("when"))
    context = {
        "errand": errand,
        "for_other": errand.person.representative is not None,
        "start": start,
        "end": times.window_end(start),
        "window": asked_value(request),
        "key": asked_key(request) or uuid4().hex,
        "message": refusal.message if refusal else "",
        "change_service": _service_page(errand.person),
        "change_time": errand.page("when"),
        "change_person": reverse("elder:book") if len(request.people) > 1 else "",
        "step": 4,
        "steps": "1234",
    }
    status = refusal.http_status if refusal else 200
    return render(request, "elder/book/check.html", context, status=status)


def _errand(request: ElderRequest) -> Errand | None:
    """What the address asks for so far; None when the first questions are not answered yet."""
    person = get_person_or_404(request)
    code = request.GET.get("service", "")
    if person is None or not code:
        return None
    return Errand.to_book(person, get_service_or_404(code))


def _service_page(person: Person) -> str:
    return f"{reverse('elder:book_service')}?for={person.customer.public_id}"


def _start_again() -> HttpResponse:
    return HttpResponseRedirect(reverse("elder:book"))
