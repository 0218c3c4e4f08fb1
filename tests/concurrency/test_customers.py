"""Two at once about one customer or one version: one of them wins, and the other is told."""

from contextlib import nullcontext
from time import sleep
from typing import Any

import pytest

from accounts.roles import Role
from eldercare import erasure, registration, review
from eldercare.consents import withdraw_consent
from eldercare.corrections import correct_customer, details_of, stamp_of
from eldercare.merging import merge_customers
from eldercare.models import Consent, Customer, ErasureRequest, ServiceEvent
from eldercare.registration import Details, register_customer
from tests.concurrency.conftest import race
from tests.make import Town, make_customer, make_daughter, make_user, make_version

SAID = Details(name="王秀英", phone="13800138000", birth_year=1941)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and writing lies a moment: long enough for the other one to look too."""
    look = registration._known_by

    def look_and_wait(*args: Any) -> Customer | None:
        found = look(*args)
        sleep(0.3)
        return found

    monkeypatch.setattr(registration, "_known_by", look_and_wait)


def register(town: Town, _n: int) -> Customer:
    return register_customer(branch=town.branch, details=SAID, actor=town.alice)


def test_one_person_is_taken_in_once(town: Town, slowly: None) -> None:
    assert race(3, lambda n: register(town, n)) == {"won": 1, "already_registered": 2}
    assert Customer.objects.filter(name="王秀英").count() == 1


def test_without_the_lock_there_would_be_two(
    town: Town, slowly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "one_at_a_time", lambda *_args: nullcontext())
    assert race(2, lambda n: register(town, n)) == {"won": 2}
    assert Customer.objects.filter(name="王秀英").count() == 2


def test_one_correction_of_two_is_kept_whole(town: Town) -> None:
    row, seen = town.grandmother, stamp_of(town.grandmother)

    def run(n: int) -> None:
        details = details_of(Customer.objects.get(pk=row.pk))
        said = {**vars(details), "note": f"note {n}", "preferred_name": f"name {n}"}
        correct_customer(customer=row, details=Details(**said), seen=seen, actor=town.alice)

    assert race(2, run) == {"won": 1, "stale": 1}
    row.refresh_from_db()
    assert row.note[-1] == row.preferred_name[-1]


def test_two_cards_are_not_joined_into_each_other(town: Town) -> None:
    one, other = town.grandmother, make_customer(town.branch)
    pairs = [(one, other), (other, one)]

    def run(n: int) -> None:
        keep, merged = pairs[n]
        merge_customers(keep=keep, merged=merged, why="same", actor=town.alice)

    assert race(2, run) == {"won": 1, "invalid_input": 1}
    assert Customer.objects.filter(pk__in=[one.pk, other.pk]).current().count() == 1


def test_a_consent_ends_once(town: Town) -> None:
    make_daughter(town.grandmother)
    consent = Consent.objects.get()
    ends = race(4, lambda _n: withdraw_consent(consent=consent, why="x", actor=town.alice))
    assert ends == {"won": 1, "move_refused": 3}
    assert consent.events.count() == 1


def test_a_wish_to_be_forgotten_is_taken_down_and_decided_once(town: Town) -> None:
    ends = race(3, lambda _n: erasure.ask(customer=town.grandmother, why="x", actor=town.martha))
    assert ends == {"won": 1, "move_refused": 2}
    request = ErasureRequest.objects.get(customer=town.grandmother)

    def decide(n: int) -> None:
        if n:
            erasure.refuse(request=request, words="no", actor=town.olga)
        else:
            erasure.allow(request=request, actor=town.olga)

    assert race(2, decide) == {"won": 1, "move_refused": 1}
    request.refresh_from_db()
    erased = Customer.objects.get(pk=town.grandmother.pk).erased_at is not None
    assert erased is (request.status == "done")


@pytest.mark.parametrize("second", ["pass", "return"])
def test_two_reviewers_at_the_same_moment(town: Town, second: str) -> None:
    rosa = make_user(Role.REVIEWER, region=town.region)
    version = make_version(region=town.region, status="draft", author=town.olga)
    review.submit(version=version, actor=town.olga)

    def run(n: int) -> None:
        if n and second == "return":
            review.send_back(version=version, comments="no", actor=rosa)
        else:
            review.pass_inner_review(version=version, actor=(town.rita, rosa)[n])

    ends = race(2, run)
    if second == "pass":
        assert ends == {"won": 1, "move_refused": 1}
    else:
        # Passing first and returning from the re-check is a lawful order; the other is not.
        assert ends in ({"won": 2}, {"won": 1, "move_refused": 1})
    version.refresh_from_db()
    moves = ServiceEvent.objects.filter(version=version).order_by("pk")
    path = list(moves.values_list("from_status", "to_status"))
    assert path[-1][1] == version.status
    assert all(path[n][1] == path[n + 1][0] for n in range(len(path) - 1))
    assert len(path) == 1 + ends["won"]
