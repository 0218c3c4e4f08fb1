"""Somebody with a browser and no JavaScript: opens pages, follows links, sends forms."""

import time
from collections.abc import Callable
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from demo.tour.page import Form, Page

TIMEOUT_SECONDS = 30
PATIENCE_SECONDS = 60


class Stuck(Exception):
    """The visitor cannot go on, and why: what a person would say on the phone."""


class Visitor:
    """One person's browser, with their own cookies."""

    def __init__(self, base: str, name: str) -> None:
        if urlsplit(base).scheme not in ("http", "https"):
            raise Stuck(f"{base} is no web address")
        self.base = base
        self.name = name
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def open(self, address: str) -> Page:
        """Open an address of the site.

        Raises:
            Stuck: the server cannot be reached, or says that something is wrong.
        """
        return self._answer(Request(urljoin(self.base, address)))  # noqa: S310  # http only, above

    def follow(self, page: Page, address: str) -> Page:
        """Follow the first link that leads to ``address``."""
        return self.open(page.link(address))

    def send(self, form: Form, **typed: str) -> Page:
        """Send a form with what was typed or chosen over what stood in it."""
        words = urlencode({**form.fields, **typed})
        if form.method == "get":
            return self.open(f"{form.action}?{words}")
        return self._answer(
            Request(form.action, data=words.encode(), headers={"Referer": form.action})  # noqa: S310
        )

    def wait_for(self, address: str, ready: Callable[[Page], bool], what: str) -> Page:
        """Open a page again and again until it shows what somebody waits for.

        Raises:
            Stuck: it does not come within ``PATIENCE_SECONDS``.
        """
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            page = self.open(address)
            if ready(page):
                return page
            if time.monotonic() > give_up:
                raise Stuck(f"{what} did not come within {PATIENCE_SECONDS} seconds")
            time.sleep(0.2)

    def _answer(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                return _read(response)
        except HTTPError as error:
            page = Page(request.full_url, error.code, error.read().decode(errors="replace"))
            raise Stuck(f"{error.code} at {request.full_url}: {page.text[:300]}") from error
        except OSError as error:
            raise Stuck(
                f"{self.base} does not answer ({error}). Is it running? Start it with bin/serve."
            ) from error


def _read(response: HTTPResponse) -> Page:
    return Page(response.url, response.status, response.read().decode())
