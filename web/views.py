"""Pages that belong to no face: the display switch."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from web.preferences import Preferences


@require_POST
def choose_display(request: HttpRequest) -> HttpResponse:
    """Remember the chosen text size or contrast and go back to the page it was chosen on."""
    chosen = Preferences.from_request(request).choose(
        size=request.POST.get("size", ""), contrast=request.POST.get("contrast", "")
    )
    response = HttpResponseRedirect(_safe_next(request))
    chosen.remember(response)
    return response


def _safe_next(request: HttpRequest) -> str:
    # Only our own pages: an open redirect would let a stranger borrow the bank's good name.
    target = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if own else "/"
