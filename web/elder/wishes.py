"""The waiting list, for those who are on it: a time that is kept for them, and leaving the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments import waiting_list
from appointments.availability import WindowTaken
from appointments.models import Wish
from appointments.queries import wishes_of_customers
from appointments.states import WishStatus
from web.elder.access import get_wish_of_or_404
from web.elder.caller import ElderRequest, Person, signed_in
from web.elder.times import window_end
from web.templatetags.spoken import spoken_time, spoken_when

SEE_OTHER = 303


@dataclass(frozen=True)
class WishCard:
    """A place on the list; ``when`` and ``until`` are of the time that is kept, or empty."""

    wish: Wish
    when: str
    until: str


@require_POST
@signed_in
def take(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Book the time that is kept; a second tap finds the same visit."""
    wish, person = get_wish_of_or_404(request, public_id)
    key = f"wish:{wish.public_id}:{wish.offers}"
    try:
        visit = waiting_list.accept(wish=wish, key=key, asker=person.asker)
    except WindowTaken:
        messages.warning(request, _("That time is gone. You stay on the list."))
        return HttpResponseRedirect(reverse("elder:bookings"), status=SEE_OTHER)
    messages.success(request, _("Thank you. We have written it down."))
    return HttpResponseRedirect(reverse("elder:booking", args=[visit.public_id]), status=SEE_OTHER)


@require_POST
@signed_in
def leave(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Off the list; what was kept is free for the next one."""
    wish, person = get_wish_of_or_404(request, public_id)
    waiting_list.withdraw(wish=wish, asker=person.asker)
    messages.success(request, _("You are no longer on the list."))
    return HttpResponseRedirect(reverse("elder:bookings"), status=SEE_OTHER)


def wish_cards(customers: Iterable[int]) -> list[WishCard]:
    """These customers' places on the list, as the page shows them."""
    return [_card(wish) for wish in wishes_of_customers(customers)]


def offers_to(people: Iterable[Person]) -> list[WishCard]:
    """The times that are kept for these people now."""
    cards = wish_cards([person.customer.pk for person in people])
    return [card for card in cards if card.when]


def _card(wish: Wish) -> WishCard:
    start, until = wish.offered_start, wish.offered_until
    if wish.status != WishStatus.OFFERED or start is None or until is None:
        return WishCard(wish, "", "")
    return WishCard(wish, spoken_when(start, window_end(start)), spoken_time(until))
