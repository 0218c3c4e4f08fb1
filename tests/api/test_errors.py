"""One shape for every refusal, whoever refuses: a rule, the framework, the router, CSRF."""

from datetime import timedelta

import pytest
import time_machine

from api.doors import Turnstile
from appointments.models import HomeVisit
from tests.api.conftest import caller, refusal, rows
from tests.appointments.test_booking import book
from tests.make import Town, at, make_customer, make_version


def test_stranger_is_asked_to_sign_in(town: Town) -> None:
    answer = caller().get("branches/")
    assert refusal(answer) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Session"


def test_role_without_the_right(town: Town) -> None:
    answer = caller(town.rita).get("customers/")
    assert refusal(answer) == (403, "not_allowed")
    assert answer.json()["error"]["data"] == {"permission": "view_customer"}


def test_missing_csrf_token(town: Town) -> None:
    answer = caller(town.alice, csrf=True).post("escorts/", {})
    assert refusal(answer) == (403, "not_allowed")


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        "branches",
        "branches/NOWHERE/",
        "customers/not-an-id/",
        "customers/00000000-0000-4000-8000-000000000000/",
        "facilities/0/",
        "visits/1/cancel/",
    ],
)
def test_nothing_there(town: Town, path: str) -> None:
    assert refusal(caller(town.admin).get(path)) == (404, "not_found")


def test_wrong_method(town: Town) -> None:
    alice = caller(town.alice)
    assert refusal(alice.post("branches/")) == (405, "method_not_allowed")
    assert refusal(alice.get(f"visits/{book(town).public_id}/cancel/")) == (
        405,
        "method_not_allowed",
    )


def test_body_that_is_no_json(town: Town) -> None:
    client = caller(town.alice).client
    answer = client.post("/api/v1/escorts/", "{", "application/json")
    assert refusal(answer) == (400, "invalid_input")
    answer = client.post("/api/v1/escorts/", "a=1", "text/plain")
    assert refusal(answer) == (415, "not_json")


def test_every_input_at_fault_is_named(town: Town) -> None:
    answer = caller(town.alice).post(
        "escorts/", {"branch": "x" * 21, "needs": ["wings"]}, key="k" * 12
    )
    assert refusal(answer) == (400, "invalid_input")
    assert set(answer.json()["error"]["fields"]) == {"branch", "service", "needs.0"}
    assert rows() == (0, 0, 0, 0)


@pytest.mark.parametrize("query", [{"day": "soon"}, {"status": "lost"}])
def test_query_at_fault_is_named(town: Town, query: dict[str, str]) -> None:
    answer = caller(town.alice).get("visits/", **query)
    assert refusal(answer) == (400, "invalid_input")
    assert set(answer.json()["error"]["fields"]) == set(query)


@pytest.mark.parametrize("text", ["\u0000", "x" * 301])
def test_text_that_the_database_could_not_hold(town: Town, text: str) -> None:
    path = f"visits/{book(town).public_id}/cancel/"
    answer = caller(town.alice).post(path, {"reason": text})
    assert refusal(answer) == (400, "invalid_input")
    assert set(answer.json()["error"]["fields"]) == {"reason"}
    assert HomeVisit.objects.get().status == "approved"


def test_too_many_requests(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turnstile, "rate", "2/min")
    alice = caller(town.alice)
    assert [alice.get("branches/").status_code for _ in range(2)] == [200, 200]
    answer = alice.get("branches/")
    assert refusal(answer) == (429, "rate_limited")
    assert 0 < answer.json()["error"]["data"]["wait_seconds"] <= 60
    assert answer.headers["Retry-After"]
    assert caller(town.martha).get("branches/").status_code == 200


def test_rule_that_says_no_gives_its_code_and_what_is_known(
    town: Town, clock: time_machine.Traveller
) -> None:
    visit = book(town)
    HomeVisit.objects.update(status="planned")
    answer = caller(town.alice).post(f"visits/{visit.public_id}/set-off/")
    assert refusal(answer) == (409, "too_early")
    assert set(answer.json()["error"]["data"]) == {"earliest"}
    clock.move_to(visit.starts_at - timedelta(minutes=5))
    assert caller(town.alice).post(f"visits/{visit.public_id}/set-off/").status_code == 200


def test_lost_race_carries_the_next_best_windows(town: Town) -> None:
    book(town, at(9), customer=make_customer(town.branch), version=make_version(minutes=110))
    body = {
        "customer": str(town.grandmother.public_id),
        "service": town.version.service.code,
        "window": "20261126T0100Z",
    }
    alice = caller(town.alice)
    answer = alice.post("visits/", body, key="form-0001")
    assert refusal(answer) == (409, "window_taken")
    [first, *_] = answer.json()["error"]["data"]["windows"]
    assert alice.post("visits/", body | {"window": first}, key="form-0002").status_code == 201


def test_words_are_in_the_callers_language(town: Town) -> None:
    client = caller().client
    english = client.get("/api/v1/branches/", headers={"Accept-Language": "en"}).json()
    chinese = client.get("/api/v1/branches/", headers={"Accept-Language": "zh-hans"}).json()
    assert english["error"]["message"] != chinese["error"]["message"]
    assert english["error"]["code"] == chinese["error"]["code"]
