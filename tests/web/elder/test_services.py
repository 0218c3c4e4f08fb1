"""What we do, in elder mode: only what two reviewers let through, with what to prepare."""

import pytest
from django.test import Client

from tests.make import make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def test_only_what_is_offered_by_where_it_is_done(client: Client) -> None:
    home = make_version(name_en="home business")
    branch = make_version(name_en="branch business", at_home=False)
    make_version(name_en="draft business", status="draft")
    make_version(name_en="old business", status="retired")
    page = client.get("/services/").content.decode()
    assert page.index("At your home") < page.index("home business") < page.index("At a branch only")
    assert page.index("At a branch only") < page.index("branch business")
    assert "draft business" not in page
    assert "old business" not in page
    assert "No password" in page
    for version in (home, branch):
        assert f"/services/{version.service.code}/" in page


def test_a_card_says_what_to_prepare_and_what_we_never_ask(client: Client) -> None:
    version = make_version(prepare_en="your card\nyour glasses", must_record=True, at_home=False)
    page = client.get(f"/services/{version.service.code}/").content.decode()
    for words in ("your card", "your glasses", "sound and picture", "No password", "95555"):
        assert words in page
    assert "Book a visit at home" not in page
    assert "Book company at a branch" in page


def test_what_is_not_offered_has_no_card(client: Client) -> None:
    draft = make_version(status="draft")
    assert client.get(f"/services/{draft.service.code}/").status_code == 404
    assert client.get("/services/nothing%00/").status_code == 404
