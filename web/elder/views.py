"""The first elder page. Booking and its questions live in their own modules beside this one."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Door:
    """A big way in on the home page."""

    title: Promise
    text: Promise
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
    """Three doors, and below them the button that phones a person."""
    return render(request, "elder/home.html", {"doors": DOORS})
