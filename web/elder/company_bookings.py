"""Company that is booked: in the list, on its own page, and cancelling it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from appointments.escort_times import cancel_escort
from appointments.queries import escorts_of_customers
from eldercare.models import Escort
from eldercare.states import EscortStatus
from web.elder.access import get_escort_of_or_404
from web.elder.caller import ElderRequest, signed_in
from web.elder.cards import Card, Standing
from web.qr import qr_code
from web.templatetags.spoken import spoken_time

SEE_OTHER = 303

S = EscortStatus
STANDINGS = {
    S.BOOKED: Standing(
        "ok", gettext_lazy("Booked"), gettext_lazy("One of us waits for you at the entrance.")
    ),
    S.WAITING: Standing("info", gettext_lazy("You are here"), gettext_lazy("Please take a seat.")),
    S.ACCOMPANIED: Standing("info", gettext_lazy("At your side"), ""),
    S.DONE: Standing("ok", gettext_lazy("Done"), gettext_lazy("Thank you for your trust.")),
    S.LEFT: Standing("", gettext_lazy("Left early"), ""),
    S.NO_SHOW: Standing("", gettext_lazy("Not come"), gettext_lazy("Please book again any time.")),
    S.CANCELLED: Standing("", gettext_lazy("Cancelled"), ""),
}
AHEAD = frozenset({S.BOOKED, S.WAITING, S.ACCOMPANIED})


@require_safe
@signed_in
def show(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Where, when, who waits for them, and what to bring."""
    escort, person = get_escort_of_or_404(request, public_id)
    # For the assistant at the door: it opens this booking on their tablet, and says nothing itself.
    at_desk = reverse("desk:escort", args=[escort.branch.code, escort.public_id])
    context = {
        "escort": escort,
        "person": person,
        "standing": STANDINGS[S(escort.status)],
        "may_change": escort.status == S.BOOKED,
        "qr": qr_code(request.build_absolute_uri(at_desk)),
    }
    return render(request, "elder/company/show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def cancel(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Really? On a page of its own."""
    escort, person = get_escort_of_or_404(request, public_id)
    if request.method == "POST":
        cancel_escort(escort=escort, asker=person.asker)
        messages.success(request, _("The booking is cancelled."))
        return HttpResponseRedirect(reverse("elder:bookings"), status=SEE_OTHER)
    context = {
        "escort": escort,
        "address": reverse("elder:company_cancel", args=[public_id]),
        "back": reverse("elder:company_booking", args=[public_id]),
    }
    return render(request, "elder/company/cancel.html", context)


def company_cards(customers: Iterable[int]) -> list[Card]:
    """What these customers have booked at branches, as a list shows it."""
    return [_card(escort) for escort in escorts_of_customers(customers)]


def _card(escort: Escort) -> Card:
    if escort.booked_for is None:
        raise ValueError("only booked company is shown to customers")
    status = S(escort.status)
    return Card(
        url=reverse("elder:company_booking", args=[escort.public_id]),
        start=escort.booked_for,
        hours=spoken_time(escort.booked_for),
        what=escort.service_version.name,
        where=escort.branch.name,
        called=escort.called,
        standing=STANDINGS[status],
        is_ahead=status in AHEAD,
    )
