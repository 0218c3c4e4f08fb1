"""Staff pages are for staff who have signed in; nothing of them stays in a browser's cache, unless
a view says so itself."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from accounts.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request whose user is a member of staff, and not a stranger."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]


def signed_in(view: StaffView[P]) -> View[P]:
    """Send strangers to the sign-in page and bring them back afterwards."""

    @wraps(view)
    def only_staff(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            if request.headers.get("HX-Request"):
                # A board that refreshes itself must not put a sign-in form into its own middle.
                return HttpResponseClientRefresh()
            return redirect_to_login(request.get_full_path())
        response = view(cast("StaffRequest", request), *args, **kwargs)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return only_staff
