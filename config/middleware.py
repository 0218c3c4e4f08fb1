"""Response headers that Django does not set by itself."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Everything comes from our own server; no inline script runs, so an injected one cannot.
DIRECTIVES = {
    "default-src": "'self'",
    "img-src": "'self' data: blob:",
    "style-src": "'self'",
    "script-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
POLICY = "; ".join(f"{name} {sources}" for name, sources in DIRECTIVES.items())
# The API's own page builds its styles and start-up script inline.
RELAXED = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "script-src 'self'", "script-src 'self' 'unsafe-inline'"
)
RELAXED_ROUTES = frozenset({"api-docs"})


def with_tiles(policy: str, tiles: str) -> str:
    """The policy with the host of map tiles let in, for pictures only; unchanged without tiles."""
    if not tiles:
        return policy
    address = urlsplit(tiles.replace("{s}", "*"))
    return policy.replace("img-src 'self'", f"img-src 'self' {address.scheme}://{address.netloc}")


# A photo of an inspection says where it was taken, if the inspector lets the phone say so.
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(self)"


class ContentPolicyMiddleware:
    """A strict Content-Security-Policy on every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        relaxed = match is not None and match.view_name in RELAXED_ROUTES
        policy = with_tiles(RELAXED if relaxed else POLICY, settings.NUANBAN_MAP_TILES)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
