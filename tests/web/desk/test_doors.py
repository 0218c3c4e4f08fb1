"""Every door of the desk: closed to strangers, to other branches, and to roles without a right.

A door that is missing from the table fails, so that none is ever opened by forgetting.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.models import User
from appointments.models import HomeVisit
from eldercare.models import Escort
from tests.make import Town
from tests.web.desk.conftest import Enter
from web.desk import urls
from workflow.due_steps import ask_a_person
from workflow.models import DueStep

# Name of the door: how it is opened, and whether the region's officer may.
READ = {
    "board": True,
    "lobby_report": True,
    "arrive_who": False,
    "arrive_what": False,
    "escort": True,
    "faces": False,
    "visits": True,
    "visit": True,
    "visit_move": False,
    "visit_cancel": False,
    "company_move": False,
    "company_cancel": False,
    "book": False,
    "series": False,
    "faults": True,
    "fault": True,
    "steps": True,
    "step_call": False,
    "visit_story": True,
}
WRITE = {
    "arrive": False,
    "check_in": False,
    "take": False,
    "hand_over": False,
    "finish": False,
    "leave": False,
    "tick": False,
    "lend": False,
    "take_back": False,
    "say": False,
    "visit_reveal": False,
    "visit_approve": False,
    "visit_decline": False,
    "visit_set_off": False,
    "visit_arrive": False,
    "visit_code": False,
    "visit_finish": False,
    "visit_give_up": False,
    "book_wait": False,
    "fault_report": True,
    "step_settle": False,
    "step_reveal": False,
    "step_number": False,
    "step_called": False,
}
DOORS = sorted(READ | WRITE)
# The rooms behind doors of their own are in tests/permissions, which finds every door by itself.
urlpatterns = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


@pytest.fixture
def step(town: Town, visit: HomeVisit) -> DueStep:
    return ask_a_person(
        key="step", kind="phone_customer", subject=visit.subject, branch_code=town.branch.code
    )


@pytest.fixture
def addresses(town: Town, waiting: Escort, visit: HomeVisit, step: DueStep) -> dict[str, str]:
    """A real address for each door of Chengdong."""
    facility = town.branch.facilities.all()[0]
    found = {}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        about: HomeVisit | Escort = visit if "/visits/" in route else waiting
        pk = step.pk if "/steps/" in route else facility.pk
        found[str(pattern.name)] = "/desk/" + (
            route.replace("<str:code>", town.branch.code)
            .replace("<uuid:public_id>", str(about.public_id))
            .replace("<int:pk>", str(pk))
        )
    return found


def knock(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name in WRITE else client.get(address)


def test_every_door_is_in_the_table() -> None:
    assert sorted(str(pattern.name) for pattern in urlpatterns) == sorted([*DOORS, "choose"])


@pytest.mark.parametrize("name", DOORS)
def test_strangers_sign_in_first(client: Client, addresses: dict[str, str], name: str) -> None:
    answer = knock(client, name, addresses[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/staff/sign-in/")


@pytest.mark.parametrize("name", DOORS)
def test_who_works_elsewhere_finds_nothing(
    town: Town, enter: Enter, addresses: dict[str, str], name: str
) -> None:
    elsewhere: list[User] = [town.bob, town.zoe]
    for user in elsewhere:
        assert knock(enter(user), name, addresses[name]).status_code == 404


@pytest.mark.parametrize("name", DOORS)
def test_reviewers_have_no_business_here(
    town: Town, enter: Enter, addresses: dict[str, str], name: str
) -> None:
    assert knock(enter(town.rita), name, addresses[name]).status_code == 403


@pytest.mark.parametrize("name", DOORS)
def test_officers_watch_and_report(
    town: Town, enter: Enter, addresses: dict[str, str], name: str
) -> None:
    allowed = (READ | WRITE)[name]
    status = knock(enter(town.olga), name, addresses[name]).status_code
    assert (status != 403) is allowed
    assert status != 404
