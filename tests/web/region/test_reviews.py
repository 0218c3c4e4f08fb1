"""Two people pass a service before customers see it."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from eldercare import review
from eldercare.models import ServiceVersion
from eldercare.states import ReviewStatus
from tests.make import Town, make_user, make_version
from tests.web.region.conftest import Enter


@pytest.fixture
def author(town: Town) -> User:
    return make_user(Role.OFFICER, region=town.region)


@pytest.fixture
def draft(town: Town, author: User) -> ServiceVersion:
    return make_version(region=town.region, status="draft", author=author)


@pytest.fixture
def handed_in(draft: ServiceVersion, author: User) -> ServiceVersion:
    return review.submit(version=draft, actor=author)


def path(version: ServiceVersion, verb: str = "") -> str:
    tail = f"{verb}/" if verb else ""
    return f"/region/services/{version.pk}/{tail}"


def status(version: ServiceVersion) -> str:
    version.refresh_from_db()
    return version.status


def test_what_waits_stands_first(town: Town, handed_in: ServiceVersion, enter: Enter) -> None:
    answer = enter(town.rita).get("/region/services/")
    assert answer.context["versions"][0][0] == handed_in


def test_the_way_of_a_service(
    town: Town, draft: ServiceVersion, author: User, enter: Enter
) -> None:
    centre = make_user(Role.REVIEWER, region=town.region)
    for who, verb in [(author, "submit"), (town.rita, "pass"), (centre, "approve")]:
        for _tap in range(2):
            assert enter(who).post(path(draft, verb)).status_code == 303
    assert status(draft) == ReviewStatus.APPROVED
    assert (draft.inner_reviewer, draft.rechecker) == (town.rita, centre)
    assert draft.events.count() == 3


def test_nobody_passes_twice(town: Town, handed_in: ServiceVersion, enter: Enter) -> None:
    client = enter(town.rita)
    client.post(path(handed_in, "pass"))
    answer = client.post(path(handed_in, "approve"))
    assert answer.status_code == 409
    assert b"fresh eyes" in answer.content
    assert status(handed_in) == ReviewStatus.RECHECK


def test_sent_back_with_comments(town: Town, handed_in: ServiceVersion, enter: Enter) -> None:
    client = enter(town.rita)
    answer = client.post(path(handed_in, "send-back"), {"comments": " "})
    assert answer.status_code == 400
    assert status(handed_in) == ReviewStatus.INNER_REVIEW
    client.post(path(handed_in, "send-back"), {"comments": "say what it costs"})
    assert status(handed_in) == ReviewStatus.RETURNED
    assert "say what it costs" in client.get(path(handed_in)).content.decode()


@pytest.mark.parametrize("verb", ["submit", "pass", "approve", "send-back"])
def test_who_may_not(
    town: Town, handed_in: ServiceVersion, enter: Enter, client: Client, verb: str
) -> None:
    data = {"comments": "no"}
    assert client.post(path(handed_in, verb), data).status_code == 302
    assert enter(town.alice).post(path(handed_in, verb), data).status_code == 403
    other = town.rita if verb == "submit" else town.olga
    assert enter(other).post(path(handed_in, verb), data).status_code == 403
    assert enter(town.rita).get(path(handed_in, verb)).status_code == 405
    assert status(handed_in) == ReviewStatus.INNER_REVIEW
    assert handed_in.events.count() == 1


def test_version_that_is_none_is_not_there(town: Town, enter: Enter) -> None:
    assert enter(town.rita).get("/region/services/999999/").status_code == 404
