"""Whatever is sent: an answer that helps, never a broken page, and nothing written."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from appointments.models import HomeVisit
from eldercare.models import Escort, SignInCode
from tests.make import Town

NASTY = [
    "\0",
    "😀" * 50,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%00",
    "../../etc/passwd",
    "\u061c",
]
NINE = "20261126T0100Z"


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_answers_in_the_address(town: Town, grandmother: Client, nasty: str) -> None:
    good = {
        "for": str(town.grandmother.public_id),
        "service": town.version.service.code,
        "branch": town.branch.code,
    }
    for errand in ("visits", "escorts"):
        for name in ("service", "when", "day", "time", "check"):
            for part in ("for", "service", "branch", "day", "window"):
                query = urlencode(good | {part: nasty})
                answer = grandmother.get(f"/{errand}/new/{name}/?{query}")
                assert answer.status_code in {200, 302, 303, 404}, (name, part)
                assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_answers_in_forms(town: Town, grandmother: Client, nasty: str) -> None:
    good = {
        "for": str(town.grandmother.public_id),
        "service": town.version.service.code,
        "branch": town.branch.code,
    }
    for address in ("/visits/new/check/", "/escorts/new/check/"):
        for data in ({"window": NINE, "key": nasty}, {"window": nasty, "key": "k"}):
            answer = grandmother.post(f"{address}?{urlencode(good)}", data)
            assert answer.status_code in {200, 303}
    assert HomeVisit.objects.count() == Escort.objects.count() == 0
    answer = grandmother.post("/sign-in/", {"phone": nasty, "next": nasty})
    assert answer.status_code in {200, 400}
    assert "<script>alert" not in answer.content.decode()
    assert SignInCode.objects.count() == 0


def test_ten_megabytes_are_refused_with_words(grandmother: Client) -> None:
    body = b"phone=" + b"1" * 10_000_000
    answer = grandmother.post("/sign-in/", body, "application/x-www-form-urlencoded")
    assert answer.status_code in {400, 413}
    assert "tel:95555" in answer.content.decode()
