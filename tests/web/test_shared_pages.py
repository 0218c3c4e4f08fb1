"""The component page and the display switch."""

import pytest
from django.test import Client

from web.preferences import COOKIE_NAME
from web.styleguide import FACES, icon_names


@pytest.mark.parametrize("face", [value for value, _ in FACES] + ["unheard-of"])
def test_component_page_shows_every_component(client: Client, face: str) -> None:
    page = client.get("/styleguide/", {"face": face}).content.decode()
    for part in ("nb-button--danger", "nb-chip--wait", "nb-choice", "nb-pick--closed", "nb-table"):
        assert part in page


def test_component_page_knows_its_icons() -> None:
    assert {"lamp", "home-visit", "escort", "bookings"} <= set(icon_names())


def test_component_page_is_only_read(client: Client) -> None:
    assert client.post("/styleguide/").status_code == 405


def test_chosen_look_is_remembered_and_leads_back(client: Client) -> None:
    answer = client.post("/display/", {"size": "larger", "next": "/styleguide/"})
    assert answer["Location"] == "/styleguide/"
    assert client.cookies[COOKIE_NAME].value == "larger.normal"
    assert 'data-size="larger"' in client.get("/styleguide/").content.decode()


def test_look_leads_back_only_to_our_own_pages(client: Client) -> None:
    answer = client.post("/display/", {"contrast": "high", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("broken", ["", "huge", "large", ".", "normal.loud"])
def test_broken_cookie_breaks_no_page(client: Client, broken: str) -> None:
    client.cookies[COOKIE_NAME] = broken
    assert client.get("/styleguide/").status_code == 200
