"""A refusal is a page with its status, its words, a way back and a phone; 500 reads no row."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxDetails

from foundation.errors import Busy, DomainError, InvalidInput, MoveRefused, NotAllowed
from web import errors


def ask(**headers: str) -> HttpResponse:
    request = RequestFactory().get("/bookings/", headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    answer = errors.DomainErrorMiddleware(lambda _: HttpResponse()).process_exception(
        request, MoveRefused("no longer possible")
    )
    assert answer is not None
    return answer


def test_refusal_is_a_page_with_words_status_and_phone(client: Client) -> None:
    answer = ask()
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "no longer possible" in page
    assert "tel:95555" in page


def test_htmx_gets_the_words_as_a_fragment() -> None:
    page = ask(**{"HX-Request": "true"}).content.decode()
    assert "no longer possible" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/bookings/", "http://testserver/bookings/"),
        ("https://evil.example/", "/"),
        ("", "/"),
    ],
)
def test_way_back_leads_only_to_our_own_pages(referer: str, back: str) -> None:
    request = RequestFactory().get("/bookings/", headers={"Referer": referer})
    assert errors.way_back(request) == back


@pytest.mark.parametrize("error", [Busy(), NotAllowed(), InvalidInput(fields={"x": "a slip"})])
def test_each_refusal_keeps_its_own_status(error: DomainError) -> None:
    request = RequestFactory().get("/staff/")
    answer = errors.refused(request, error)
    assert answer.status_code == error.http_status


def test_other_errors_are_left_alone() -> None:
    middleware = errors.DomainErrorMiddleware(lambda _: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None


def test_unknown_address_is_an_elder_friendly_404(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "tel:95555" in answer.content.decode()


def test_server_error_reads_no_row() -> None:
    # No database mark: a query would fail this test.
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "tel:95555" in answer.content.decode()


@pytest.mark.parametrize("handler", [errors.bad_request, errors.not_allowed, errors.not_found])
def test_plain_errors_read_no_row(handler: object) -> None:
    answer = handler(RequestFactory().get("/"), ValueError())  # type: ignore[operator]
    assert "tel:95555" in answer.content.decode()


def test_missing_form_token_is_explained(client: Client) -> None:
    answer = Client(enforce_csrf_checks=True).post("/display/", {"size": "large"})
    assert answer.status_code == 403
    assert "tel:95555" in answer.content.decode()
