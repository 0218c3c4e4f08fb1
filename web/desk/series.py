"""Visits that return, booked at the desk: what stands, and what could not be kept."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from appointments.availability import window_start
from foundation.errors import InvalidInput
from web.desk.access import get_branch_or_404
from web.desk.booking_asked import Asked
from web.desk.booking_times import of_window
from web.desk.frame import show
from web.desk.signed_in import StaffRequest, signed_in
from web.elder.series_plan import Plan, asked_times


@require_safe
@signed_in
def answer(request: StaffRequest, code: str) -> HttpResponse:
    """To be read to the customer: each day that stands, and what is open on the others."""
    branch = get_branch_or_404(request.user, code, Permission.BOOK_VISIT)
    asked = Asked.read(request.user, branch, request.GET)
    plan = _plan(asked, request)
    if plan is None:
        return HttpResponseRedirect(asked.page())
    context = {
        "customer": plan.customer,
        "who": str(plan.customer.public_id),
        "plan": plan,
        "unkept": [(one.wanted, [of_window(w) for w in one.instead]) for one in plan.unkept],
        "what": asked.what,
        "tab": "customers",
    }
    return show(request, branch, "series", context)


def series_page(asked: Asked, window: str, times: int) -> str:
    """The address of that answer."""
    return f"{asked.page('series')}&{urlencode({'window': window, 'times': times})}"


def _plan(asked: Asked, request: StaffRequest) -> Plan | None:
    times = asked_times(request.GET.get("times", ""))
    if asked.customer is None or asked.version is None or times is None or not asked.at_home:
        return None
    try:
        first = window_start(request.GET.get("window", ""))
    except InvalidInput:
        return None
    return Plan(asked.customer, asked.version, first, times)
