"""Pages that exist only in a demonstration: its phones, and who can sign in."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from demo import cast
from eldercare import phones as numbers
from workflow.models import DemoDelivery
from workflow.queries import demo_deliveries

SHOWN = 60
NAMES = {
    cast.GRANDMOTHER_PHONE: cast.GRANDMOTHER_NAME,
    cast.DAUGHTER_PHONE: cast.DAUGHTER_NAME,
}


@dataclass(frozen=True)
class Phone:
    """One phone's screen: its messages, newest first."""

    number: str
    name: str
    texts: list[DemoDelivery]


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Who can sign in, and where."""
    context = {
        "staff": cast.SHOWN,
        "password": cast.PASSWORD,
        "family": list(NAMES.items()),
    }
    return render(request, "demo/landing.html", context)


@require_safe
def phones(request: HttpRequest) -> HttpResponse:
    """Every phone's screen; asked by htmx, only the screens."""
    part = bool(request.headers.get("HX-Request"))
    template = "demo/_phones.html" if part else "demo/phones.html"
    answer = render(request, template, {"phones": screens()})
    add_never_cache_headers(answer)
    return answer


def screens() -> list[Phone]:
    """The phones that got something lately, the one that rang last first."""
    texts = list(demo_deliveries()[:SHOWN])
    rang = {text.to: -place for place, text in reversed(list(enumerate(texts)))}
    texts.sort(key=lambda text: (-rang[text.to], text.to))
    return [
        Phone(
            numbers.mask(number) if number not in NAMES else number, NAMES.get(number, ""), [*own]
        )
        for number, own in groupby(texts, key=lambda text: text.to)
    ]
