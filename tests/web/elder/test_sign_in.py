"""A phone and a code: the same answer for everybody, and a new session key for those who are in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from eldercare.models import Consent, Representative, SignInCode
from foundation import clock
from tests.make import MORNING, Town, make_customer, make_daughter
from web.elder.caller import PHONE_KEY
from workflow.models import Message

STRANGER = "13900000000"


def code_in(message: Message) -> str:
    found = re.search(r"\d{6}", message.body)
    assert found
    return found.group()


def ask(client: Client, phone: str, **more: str) -> str:
    answer = client.post("/sign-in/", {"phone": phone, **more})
    assert answer.status_code == 303
    assert answer["Location"] == "/sign-in/code/"
    return client.get("/sign-in/code/").content.decode()


def say(client: Client, phone: str, **more: str) -> str:
    ask(client, phone, **more)
    answer = client.post("/sign-in/code/", {"code": code_in(Message.objects.get())})
    return str(answer.headers.get("Location", answer.status_code))


def test_phone_and_code_sign_in_under_a_new_session_key(client: Client, town: Town) -> None:
    ask(client, town.grandmother.phone)
    before = client.session.session_key
    answer = client.post("/sign-in/code/", {"code": code_in(Message.objects.get())})
    assert answer["Location"] == "/"
    assert client.session[PHONE_KEY] == town.grandmother.phone_index
    assert client.session.session_key != before
    assert town.grandmother.phone not in str(dict(client.session))


def test_answer_is_the_same_for_a_stranger(client: Client, town: Town) -> None:
    def page(phone: str) -> str:
        text = ask(Client(), phone).replace(f"{phone[:3]}****{phone[-4:]}", "PHONE")
        return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", text)

    assert page(town.grandmother.phone) == page(STRANGER)
    assert Message.objects.count() == 1
    assert SignInCode.objects.count() == 2


def test_typed_phone_stays_when_it_is_no_phone(client: Client, town: Town) -> None:
    answer = client.post("/sign-in/", {"phone": "12 34"})
    assert answer.status_code == 400
    assert 'value="12 34"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert SignInCode.objects.count() == 0


@pytest.mark.parametrize("code", ["000000x", "12", "", "１２３４５６", "'; --", "😀"])
def test_wrong_code_stays_typed_and_signs_nobody_in(client: Client, town: Town, code: str) -> None:
    ask(client, town.grandmother.phone)
    answer = client.post("/sign-in/code/", {"code": code})
    assert answer.status_code in (200, 400)
    assert PHONE_KEY not in client.session


def test_code_of_yesterday_is_refused(client: Client, town: Town) -> None:
    ask(client, town.grandmother.phone)
    with time_machine.travel(MORNING + timedelta(minutes=6)):
        answer = client.post("/sign-in/code/", {"code": code_in(Message.objects.get())})
    assert answer.status_code == 400
    assert PHONE_KEY not in client.session


def test_sixth_code_in_a_quarter_of_an_hour_is_refused(client: Client, town: Town) -> None:
    for _ in range(5):
        ask(client, town.grandmother.phone)
    answer = client.post("/sign-in/", {"phone": town.grandmother.phone})
    assert answer.status_code == 429
    assert town.grandmother.phone in answer.content.decode()


def test_sign_in_leads_back_to_the_page_that_asked(client: Client, town: Town) -> None:
    wanted = client.get("/bookings/")["Location"]
    assert wanted == "/sign-in/?next=%2Fbookings%2F"
    assert say(client, town.grandmother.phone, next="/bookings/") == "/bookings/"


def test_sign_in_leads_nowhere_else(client: Client, town: Town) -> None:
    assert say(client, town.grandmother.phone, next="//evil.example/") == "/"


def test_code_page_without_a_phone_asks_for_it(client: Client, db: None) -> None:
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_daughter_acts_for_her_mother(client: Client, town: Town, daughter: Representative) -> None:
    say(client, daughter.phone)
    page = client.get("/visits/new/", follow=True).content.decode()
    assert town.version.name_zh in page


def test_daughter_without_consent_is_told_to_phone(client: Client, town: Town) -> None:
    daughter = make_daughter(town.grandmother, consent=False)
    assert say(client, daughter.phone) == "403"
    assert PHONE_KEY not in client.session


def test_withdrawn_consent_ends_at_the_next_page(
    client: Client, town: Town, daughter: Representative
) -> None:
    say(client, daughter.phone)
    assert client.get("/bookings/").status_code == 200
    Consent.objects.update(withdrawn_at=clock.now())
    assert client.get("/bookings/").status_code == 302


def test_sign_out_forgets_and_takes_a_post(grandmother: Client) -> None:
    assert grandmother.get("/sign-out/").status_code == 405
    grandmother.post("/sign-out/")
    assert grandmother.get("/bookings/").status_code == 302


def test_couple_with_one_phone_is_asked_for_whom(town: Town, grandmother: Client) -> None:
    make_customer(town.branch, phone=town.grandmother.phone, preferred_name="Grandpa Li")
    page = grandmother.get("/visits/new/")
    assert page.status_code == 200
    assert "Grandpa Li" in page.content.decode()
