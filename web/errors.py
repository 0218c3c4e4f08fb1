"""The one place that turns a refusal into a page.

A page says what happened, what to do next, the way back, and the line that a person answers. htmx
gets the same words as a fragment, which base.html puts into ``#refusals``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError, ErrorCode
from web.context import phone_line
from web.preferences import Preferences

STAFF_PATHS = ("/desk/", "/region/", "/staff/")


@dataclass(frozen=True)
class Advice:
    """What a page says around the rule's own words."""

    title: str | Promise
    next: str | Promise


GO_BACK = _("Go back to the page before; what you entered there is kept.")
ADVICE = {
    ErrorCode.NOT_ALLOWED: Advice(
        _("This is not for your role"), _("Ask somebody whose task it is, or go back.")
    ),
    ErrorCode.BUSY: Advice(
        _("One moment, please"), _("Nothing was changed. Wait a few seconds and try once more.")
    ),
    ErrorCode.RATE_LIMITED: Advice(
        _("Let us take a short rest"), _("Wait a quarter of an hour, or phone us.")
    ),
    ErrorCode.MOVE_REFUSED: Advice(
        _("This has changed in the meantime"), _("Go back and look at it as it is now.")
    ),
    ErrorCode.CUSTOMER_UNPLACED: Advice(
        _("We need your address first"), _("Phone us; we enter it together with you.")
    ),
    ErrorCode.NOT_ELIGIBLE: Advice(
        _("Let us do this together in the branch"),
        _("One of us meets you at the door there and stays at your side until it is done."),
    ),
    ErrorCode.CONSENT_MISSING: Advice(
        _("We need a consent first"), _("Phone us; we tell you how to give it.")
    ),
}
OTHERWISE = Advice(_("That did not work"), GO_BACK)


class DomainErrorMiddleware:
    """A rule's refusal that no view caught becomes a page with its words and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a ``DomainError``; anything else is not ours to explain."""
        return refused(request, error) if isinstance(error, DomainError) else None


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal in words, with its status: a page, or a fragment when htmx asks."""
    template = "errors/_refused.html" if _by_htmx(request) else "errors/refused.html"
    context = {
        "error": error,
        "advice": ADVICE.get(error.code, OTHERWISE),
        "back": way_back(request),
        "home": _home(request),
        "company": _offers_company(request, error),
    }
    return render(request, template, context, status=error.http_status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _plain(request, 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _plain(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _plain(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request, so that neither session nor user reaches for the database."""
    context = {
        "display": Preferences.from_request(request),
        "phone_line": phone_line(),
        "home": _home(request),
    }
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def way_back(request: HttpRequest) -> str:
    """The page the reader came from, when it is ours; else the front door of their face."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return came_from if ours and came_from else _home(request)


def _plain(request: HttpRequest, status: int) -> HttpResponse:
    context = {"home": _home(request)}
    return render(request, f"errors/{status}.html", context, status=status)


def _home(request: HttpRequest) -> str:
    return "/staff/" if request.path.startswith(STAFF_PATHS) else "/"


def _offers_company(request: HttpRequest, error: DomainError) -> bool:
    """Whether a customer may be accompanied in a branch instead of what was refused."""
    return "escort" in error.data.get("offers", ()) and not request.path.startswith(STAFF_PATHS)


def _by_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))
