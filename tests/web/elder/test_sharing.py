"""The link for the family: it shows when and who, and tells nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from appointments.booking import book_visit
from appointments.models import HomeVisit
from tests.make import MORNING, Town, at, by_customer, make_customer, new_key
from tests.web.elder.conftest import signed_in
from web.elder.sharing import token_of


@pytest.fixture
def visit(town: Town) -> HomeVisit:
    return book_visit(
        customer=town.grandmother,
        version=town.version,
        window_start=at(9),
        key=new_key(),
        asker=by_customer(),
    )


def test_page_gives_a_link_and_a_text_message(grandmother: Client, visit: HomeVisit) -> None:
    page = f"/bookings/{visit.public_id}/"
    assert f'href="{page}share/"' in grandmother.get(page).content.decode()
    html = grandmother.get(f"{page}share/").content.decode()
    assert "http://testserver/shared/" in html
    assert 'href="sms:?body=' in html


def test_link_shows_when_and_who_and_nothing_else(client: Client, visit: HomeVisit) -> None:
    HomeVisit.objects.update(status="planned")
    answer = client.get(f"/shared/{token_of(visit)}/", headers={"accept-language": "en"})
    html = answer.content.decode()
    assert "Tomorrow" in html
    assert all(member.staff.badge in html for member in visit.team.all())
    customer = visit.customer
    secrets = [customer.name, customer.called, customer.masked_address, customer.masked_phone]
    secrets += [visit.service_version.name_en, visit.staff_code, visit.customer_code]
    assert [secret for secret in secrets if f">{secret}" in html or f" {secret}" in html] == []
    assert str(visit.public_id) not in html
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("token", ["x", "WzEsIngiXQ:1abc:def", "😀"])
def test_link_that_was_changed_leads_nowhere(client: Client, db: None, token: str) -> None:
    assert client.get(f"/shared/{token}/").status_code == 404


def test_link_ends_after_a_month(client: Client, visit: HomeVisit) -> None:
    address = f"/shared/{token_of(visit)}/"
    with time_machine.travel(MORNING + timedelta(days=31)):
        assert client.get(address).status_code == 404


def test_only_the_owner_may_share(town: Town, visit: HomeVisit) -> None:
    other = signed_in(make_customer(town.branch))
    assert other.get(f"/bookings/{visit.public_id}/share/").status_code == 404
