"""My bookings: the list, one visit with who comes and the door codes, and cancelling it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from appointments import closed_days
from appointments.booking import cancel_visit
from appointments.models import HomeVisit
from appointments.queries import visits_of_customers
from appointments.states import AHEAD, LIVE, VisitStatus
from foundation import clock
from web.elder.access import get_visit_of_or_404
from web.elder.caller import ElderRequest, Person, signed_in
from web.elder.cards import Card, Standing
from web.elder.company_bookings import company_cards
from web.elder.wishes import wish_cards
from web.templatetags.spoken import spoken_hours

SEE_OTHER = 303
PAST_SHOWN = 10

V = VisitStatus
# The team may still change before it is announced; the codes are shown with the names.
WITH_TEAM = frozenset({V.PLANNED, V.ON_THE_WAY, V.AT_THE_DOOR, V.SERVING})

REASONS: dict[str, str | Promise] = {
    "settled": gettext_lazy("It is settled already"),
    "not-at-home": gettext_lazy("I am not at home then"),
    "unwell": gettext_lazy("I do not feel well"),
    "branch": gettext_lazy("I would rather come to the branch"),
    "other": gettext_lazy("Another reason"),
}


STANDINGS = {
    V.REQUESTED: Standing(
        "wait",
        gettext_lazy("We are checking"),
        gettext_lazy(
            "The branch manager answers within one working day. The time is kept for you."
        ),
    ),
    V.APPROVED: Standing(
        "ok",
        gettext_lazy("Booked"),
        gettext_lazy("The evening before, we send you the names of the two who come."),
    ),
    V.PLANNED: Standing(
        "ok", gettext_lazy("Booked"), gettext_lazy("These two come to you. See them below.")
    ),
    V.ON_THE_WAY: Standing(
        "info", gettext_lazy("On the way to you"), gettext_lazy("They will ring soon.")
    ),
    V.AT_THE_DOOR: Standing(
        "info", gettext_lazy("At your door"), gettext_lazy("Listen to their code first.")
    ),
    V.SERVING: Standing("info", gettext_lazy("At your side"), ""),
    V.DONE: Standing("ok", gettext_lazy("Done"), gettext_lazy("Thank you for your trust.")),
    V.DECLINED: Standing(
        "bad",
        gettext_lazy("Not possible at home"),
        gettext_lazy("We would gladly accompany you in the branch. Please phone us."),
    ),
    V.NOT_DONE: Standing(
        "bad", gettext_lazy("Could not be done"), gettext_lazy("Please phone us for a new time.")
    ),
    V.CANCELLED: Standing("", gettext_lazy("Cancelled"), ""),
    V.MOVED: Standing("", gettext_lazy("Moved to another time"), ""),
}


@require_safe
@signed_in
def index(request: ElderRequest) -> HttpResponse:
    """What is ahead first; below it, what has been."""
    people = [person.customer.pk for person in request.people]
    visits = visits_of_customers(people).exclude(status=V.MOVED)
    cards = [of_visit(visit) for visit in visits] + company_cards(people)
    cards.sort(key=lambda card: card.start)
    context = {
        "ahead": [card for card in cards if card.is_ahead],
        "past": [card for card in reversed(cards) if not card.is_ahead][:PAST_SHOWN],
        "wishes": wish_cards(people),
        "several": len(request.people) > 1,
    }
    return render(request, "elder/bookings/index.html", context)


@require_safe
@signed_in
def show(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """One visit: when, who comes, the codes, what to prepare, and what we never ask."""
    visit, person = get_visit_of_or_404(request, public_id)
    status = V(visit.status)
    context = {
        "visit": visit,
        "person": person,
        "standing": STANDINGS[status],
        "team": visit.team.all() if status in WITH_TEAM else [],
        "may_change": status in AHEAD,
        "is_live": status in LIVE,
        "successor": _successor(visit),
        "off_calendar": status == V.CANCELLED and visit.window.upper > clock.now(),
        "day_closed": status in AHEAD and closed_days.is_lost(visit),
    }
    return render(request, "elder/bookings/show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def cancel(request: ElderRequest, public_id: UUID) -> HttpResponse:
    """Why (one tap), then: really? Nothing is cancelled by a slip of the finger."""
    visit, person = get_visit_of_or_404(request, public_id)
    why = request.POST.get("why") or request.GET.get("why", "")
    if request.method == "POST" and why in REASONS:
        cancel_visit(visit=visit, reason=str(REASONS[why]), asker=person.asker)
        messages.success(request, _("The visit is cancelled. Nobody will come."))
        return HttpResponseRedirect(reverse("elder:bookings"), status=SEE_OTHER)
    address = reverse("elder:cancel", args=[public_id])
    context = {
        "visit": visit,
        "why": why if why in REASONS else "",
        "reason": REASONS.get(why, ""),
        "reasons": [(words, f"{address}?why={value}") for value, words in REASONS.items()],
        "address": address,
        "back": reverse("elder:booking", args=[public_id]),
    }
    return render(request, "elder/bookings/cancel.html", context)


def next_card(people: Iterable[Person]) -> Card | None:
    """What comes next: a visit, or company at a branch."""
    customers = [person.customer.pk for person in people]
    visit = visits_of_customers(customers).live().first()
    cards = [card for card in company_cards(customers) if card.is_ahead]
    if visit is not None:
        cards.append(of_visit(visit))
    return min(cards, key=lambda card: card.start, default=None)


def of_visit(visit: HomeVisit) -> Card:
    """A visit in a list."""
    status = V(visit.status)
    return Card(
        url=reverse("elder:booking", args=[visit.public_id]),
        start=visit.window.lower,
        hours=spoken_hours(visit.window.lower, visit.window.upper),
        what=visit.service_version.name,
        where="",
        called=visit.customer.called,
        standing=STANDINGS[status],
        is_ahead=status in LIVE,
    )


def _successor(visit: HomeVisit) -> str:
    """The address of the visit that took this one's place, if any."""
    later = getattr(visit, "replaced_by", None)
    return reverse("elder:booking", args=[later.public_id]) if later else ""
