"""The first elder page: three doors. Each door's pages have their own module beside this one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from web.elder.bookings import next_card
from web.elder.caller import people_of
from web.elder.wishes import offers_to


@dataclass(frozen=True)
class Door:
    """A big way in on the home page."""

    title: str | Promise
    text: str | Promise
    url: str
    icon: str


DOORS = (
    Door(
        title=_("A visit at home"),
        text=_("Two of our staff come to you"),
        url="/visits/new/",
        icon="home-visit",
    ),
    Door(
        title=_("Company at the branch"),
        text=_("One person stays with you throughout"),
        url="/escorts/new/",
        icon="escort",
    ),
    Door(
        title=_("My bookings"),
        text=_("See, change or cancel"),
        url="/bookings/",
        icon="bookings",
    ),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three doors; above them what comes next, for a phone that is signed in."""
    people = people_of(request)
    context = {
        "doors": DOORS,
        "people": people,
        "next": next_card(people) if people else None,
        "offers": offers_to(people),
    }
    answer = render(request, "elder/home.html", context)
    add_never_cache_headers(answer)
    return answer
