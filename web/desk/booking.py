"""Booking for a customer at the desk or on the phone: one page, by keyboard alone."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from appointments import waiting_list
from appointments.asking import Asker, ConsentMissing
from appointments.availability import WindowTaken, days_ahead, window_start
from appointments.booking import book_visit
from appointments.escort_times import TimeTaken, book_escort
from appointments.models.home_visit import AskedBy
from appointments.recurring import MOST_TIMES, book_series
from eldercare.models import Customer, Representative, ServiceVersion
from eldercare.queries import services_at_branch, services_at_home
from foundation.errors import DomainError, InvalidInput
from web.desk.access import get_branch_or_404
from web.desk.booking_asked import Asked
from web.desk.booking_forms import BookForm, WaitForm
from web.desk.booking_times import Day, by_day, in_words, of_time, of_window, window_in_words
from web.desk.customers.access import standing_family
from web.desk.forms import cleaned
from web.desk.frame import SEE_OTHER, show, to
from web.desk.series import series_page
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.words import need_words

WHO_FIRST = gettext_lazy("Please choose the customer.")
WHAT_FIRST = gettext_lazy("Please choose what it is about.")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def book(request: StaffRequest, code: str) -> HttpResponse:
    """Who, what, when, who asks: each answer opens the next on the same page."""
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    asked = Asked.read(request.user, branch, request.GET)
    if request.method != "POST":
        return _page(request, asked)
    try:
        customer, version = _whom_and_what(asked)
        typed = cleaned(BookForm(request.POST))
        start = window_start(typed["window"])
        asker = _asker(request, customer, typed["by"])
        key, times = f"desk:{typed['key']}", typed["times"] or 1
        if asked.at_home and times > 1:
            book_series(
                customer=customer, version=version, first=start, times=times, key=key, asker=asker
            )
            answer = series_page(asked, typed["window"], times)
            return HttpResponseRedirect(answer, status=SEE_OTHER)
        said = _book(asked, customer, version, start, key, asker)
    except DomainError as error:
        return _page(request, asked, error=error, at="book")
    messages.success(request, said)
    return to("customer", branch, customer.public_id)


@require_POST
@signed_in
def wait(request: StaffRequest, code: str) -> HttpResponse:
    """Nothing suits: a place on the waiting list for the days that the customer names."""
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    asked = Asked.read(request.user, branch, request.GET)
    try:
        customer, version = _whom_and_what(asked)
        days = cleaned(WaitForm(request.POST))
        asker = Asker(AskedBy.STAFF, user=request.user)
        waiting_list.join(customer=customer, version=version, asker=asker, **days)
    except DomainError as error:
        return _page(request, asked, error=error, at="wait")
    messages.success(request, _("On the waiting list. We write to them when a time comes free."))
    return to("customer", branch, customer.public_id)


def _whom_and_what(asked: Asked) -> tuple[Customer, ServiceVersion]:
    if asked.customer is None:
        raise InvalidInput(WHO_FIRST)
    if asked.version is None:
        raise InvalidInput(WHAT_FIRST)
    return asked.customer, asked.version


def _asker(request: StaffRequest, customer: Customer, by: UUID | None) -> Asker:
    """Staff, for the customer or for a family member whose consent stands at this moment."""
    if by is None:
        return Asker(AskedBy.STAFF, user=request.user)
    family = standing_family(request.user, customer).filter(public_id=by).first()
    if family is None:
        raise ConsentMissing(
            _("There is no standing consent for this person. The customer has to ask themselves.")
        )
    return Asker(AskedBy.STAFF, representative=family, user=request.user)


def _book(
    asked: Asked,
    customer: Customer,
    version: ServiceVersion,
    start: datetime,
    key: str,
    asker: Asker,
) -> str:
    """Book it, and say what was booked."""
    if asked.at_home:
        visit = book_visit(
            customer=customer, version=version, window_start=start, key=key, asker=asker
        )
        when = window_in_words(visit.window.lower)
    else:
        escort = book_escort(
            customer=customer,
            branch=asked.branch,
            version=version,
            start=start,
            key=key,
            asker=asker,
        )
        when = in_words(escort.booked_for or start)
    return _("Booked: %(when)s. Please read it back to the customer.") % {"when": when}


def _page(
    request: StaffRequest, asked: Asked, *, error: DomainError | None = None, at: str = ""
) -> HttpResponse:
    nearest = _nearest(error)
    try:
        days = nearest or asked.days()
    except DomainError as refused:
        days = []
        error, at = (error, at) if error else (refused, "book")
    customer, ahead = asked.customer, days_ahead()
    context = {
        "asked": asked,
        "customer": customer,
        "needs": need_words(customer.needs) if customer else [],
        "family": _family(request, customer),
        "home_services": services_at_home().select_related("service"),
        "branch_services": services_at_branch().select_related("service"),
        "days": days,
        "nearest": bool(nearest),
        "all_days": ahead,
        "first": asked.first,
        "last": ahead[-1],
        "key": request.POST.get("key") or uuid4().hex,
        "window": request.POST.get("window", ""),
        "months": [str(n) for n in range(2, MOST_TIMES + 1)],
        "typed": request.POST,
        "wait_url": asked.page("book_wait"),
        "at": at,
        "tab": "customers",
    }
    return show(request, asked.branch, "book_page", context, error=error)


def _family(request: StaffRequest, customer: Customer | None) -> list[tuple[str, Representative]]:
    """Who else may ask, by the value that the form sends."""
    if customer is None:
        return []
    return [(str(one.public_id), one) for one in standing_family(request.user, customer)]


def _nearest(error: DomainError | None) -> list[Day]:
    """The nearest times that a lost race brought along."""
    if isinstance(error, WindowTaken):
        return by_day(map(of_window, error.windows))
    if isinstance(error, TimeTaken):
        return by_day(map(of_time, error.times))
    return []
