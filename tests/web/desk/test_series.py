"""Monthly visits at the desk: a choice of the booking form, and one page to read out."""

from typing import Any

import pytest
from django.test import Client

from appointments.models import HomeVisit, VisitEvent
from tests import make
from tests.make import Town
from tests.web.desk.conftest import Enter


def page(town: Town, tail: str = "", place: str = "home", **more: str) -> str:
    who = town.grandmother.public_id
    found = f"/desk/{town.branch.code}/book/{tail}?customer={who}"
    found += f"&what={place}:{town.version.service.code}"
    return found + "".join(f"&{name}={value}" for name, value in more.items())


@pytest.fixture
def alice(town: Town, enter: Enter) -> Client:
    return enter(town.alice)


def first_window(answer: Any) -> str:
    return str(answer.context["days"][0].choices[0].value)


def test_books_each_month_once(town: Town, alice: Client) -> None:
    daughter = make.make_daughter(town.grandmother)
    look = alice.get(page(town))
    assert b"every month, 12 times" in look.content
    data = {
        "key": "one-key",
        "window": first_window(look),
        "times": "3",
        "by": str(daughter.public_id),
    }
    for _tap in range(2):
        sent = alice.post(page(town), data)
        assert sent.status_code == 303
    answer = alice.get(sent["Location"])
    assert answer.status_code == 200
    standing = answer.context["plan"].visits
    assert standing == list(HomeVisit.objects.all())
    assert len(standing) + len(answer.context["unkept"]) == 3
    assert {(visit.asked_by, visit.representative) for visit in standing} == {("staff", daughter)}
    assert {event.actor for event in VisitEvent.objects.all()} == {town.alice}


def test_once_is_once(town: Town, alice: Client) -> None:
    data = {"key": "one-key", "window": first_window(alice.get(page(town))), "times": "1"}
    sent = alice.post(page(town), data)
    assert "/customers/" in sent["Location"]
    assert HomeVisit.objects.count() == 1


@pytest.mark.parametrize("times", ["0", "13", "-3", "many", "2.5"])
def test_numbers_that_cannot_be_promised(town: Town, alice: Client, times: str) -> None:
    window = first_window(alice.get(page(town)))
    answer = alice.post(page(town), {"key": "one-key", "window": window, "times": times})
    assert answer.status_code == 400
    assert b"up to twelve months" in answer.content
    assert not HomeVisit.objects.exists()


def test_unkept_days_say_what_is_open(town: Town, alice: Client) -> None:
    window = first_window(alice.get(page(town)))
    answer = alice.get(page(town, "series/", window=window, times="2"))
    assert b"None of these days can be kept" in answer.content
    assert b"Open on that day instead" in answer.content
    assert b"Ask again nearer the time" in answer.content


@pytest.mark.parametrize("more", [{}, {"window": "x", "times": "2"}, {"times": "99"}])
def test_odd_addresses_lead_back_to_the_form(
    town: Town, alice: Client, more: dict[str, str]
) -> None:
    answer = alice.get(page(town, "series/") + "".join(f"&{n}={v}" for n, v in more.items()))
    assert answer.status_code == 302
    assert "/book/?" in answer["Location"]
    assert alice.post(page(town, "series/")).status_code == 405


def test_company_in_the_branch_does_not_return(town: Town, alice: Client) -> None:
    assert b"every month" not in alice.get(page(town, place="branch")).content
    answer = alice.get(page(town, "series/", "branch", window="20261126T0200Z", times="2"))
    assert answer.status_code == 302
