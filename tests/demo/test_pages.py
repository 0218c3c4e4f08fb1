"""The demonstration's own pages."""

import pytest
from django.test import Client

from demo import cast
from workflow.channels import DemoGateway

pytestmark = pytest.mark.django_db


def test_landing_names_who_can_sign_in(client: Client) -> None:
    html = client.get("/demo/").content.decode()
    assert cast.GRANDMOTHER_PHONE in html
    assert cast.MANAGER.username in html


def test_phone_screens_show_messages_newest_first_by_phone(client: Client) -> None:
    for n, to in enumerate([cast.GRANDMOTHER_PHONE, cast.DAUGHTER_PHONE, cast.GRANDMOTHER_PHONE]):
        DemoGateway().send(key=f"k{n}", to=to, body=f"text {n}")
    html = client.get("/demo/phones/").content.decode()
    assert html.count('class="nb-phone"') == 2
    assert html.index("text 2") < html.index("text 0") < html.index("text 1")


def test_phone_of_a_stranger_is_masked(client: Client) -> None:
    DemoGateway().send(key="k", to="13912345678", body="hello")
    assert "139****5678" in client.get("/demo/phones/").content.decode()


def test_htmx_gets_only_the_screens(client: Client) -> None:
    html = client.get("/demo/phones/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
