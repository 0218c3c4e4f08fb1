"""Every door of the region: closed to strangers, to other regions, and to roles without a right.

A door that is missing from the table fails, so that none is ever opened by forgetting.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.roles import Role
from branches import supplies
from branches.faults import report_fault
from branches.models import StockItem
from eldercare import erasure
from tests.make import Town, make_user, make_version
from tests.web.region.conftest import Enter
from web.region import urls
from workflow.outbox import queue_message

OFFICER, REVIEWER, ASSISTANT = Role.OFFICER, Role.REVIEWER, Role.ASSISTANT
EVERYBODY = {OFFICER, REVIEWER, ASSISTANT}
READ = {
    "branches": EVERYBODY,
    "branch": EVERYBODY,
    "closed_days": {OFFICER, ASSISTANT},
    "coverage": EVERYBODY,
    "expiry": EVERYBODY,
    "map": EVERYBODY,
    "fault_ask": {OFFICER, ASSISTANT},
    "forgotten": {OFFICER},
    "operations": {OFFICER},
    "readings": {OFFICER},
    "spreadsheets": {OFFICER},
    "spreadsheet": {OFFICER},
    "template": {OFFICER},
    "texts": {OFFICER},
    "text": {OFFICER},
    "supplies": {OFFICER, ASSISTANT},
}
WRITE = {
    "fault_report": {OFFICER, ASSISTANT},
    "fault_close": {OFFICER},
    "forgotten_allow": {OFFICER},
    "forgotten_refuse": {OFFICER},
    "message_again": {OFFICER},
    "supply_grant": {OFFICER},
    "supply_decline": {OFFICER},
    "supply_send": {OFFICER},
    "spreadsheet_confirm": {OFFICER},
}
DOORS = sorted(READ | WRITE)
# What belongs to a branch is not there for other regions; the catalogue belongs to all of them.
IN_A_BRANCH = ["branch", "fault_ask", "fault_report", "fault_close"]
IN_A_BRANCH += ["supply_grant", "supply_decline", "supply_send"]

# Doors of rooms with a list of their own are knocked at by tests/permissions.
OWN = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]


@pytest.fixture
def addresses(town: Town) -> dict[str, str]:
    """A real address for each door of Chengdong's region."""
    chair, window, *_rest = town.branch.facilities.all()
    fault = report_fault(facility=chair, words="broken", actor=town.alice)
    version = make_version(region=town.region, status="draft")
    kit = StockItem.objects.get(code="care-kit")
    supply = supplies.ask(branch=town.branch, item=kit, quantity=5, actor=town.alice)
    kinds = {"/faults/": fault.pk, "/facilities/": window.pk, "supplies/": supply.pk}
    message = queue_message(
        key="m", kind="k", subject="s", to="13812345678", branch_code=town.branch.code
    )
    kinds["/messages/"] = message.pk
    wish = erasure.ask(customer=town.grandmother, why="asked", actor=town.martha)
    found = {}
    for pattern in OWN:
        route = str(pattern.pattern)
        pk = next((pk for part, pk in kinds.items() if part in route), version.pk)
        found[str(pattern.name)] = "/region/" + route.replace(
            "<str:code>", town.branch.code
        ).replace("<int:pk>", str(pk)).replace("<uuid:public_id>", str(wish.public_id)).replace(
            "<str:name>", "facilities" if "spreadsheets/" in route else "visit_announced"
        )
    return found


def knock(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name in WRITE else client.get(address)


def test_every_door_is_in_the_table() -> None:
    assert sorted(str(pattern.name) for pattern in OWN) == DOORS


@pytest.mark.parametrize("name", DOORS)
def test_strangers_sign_in_first(client: Client, addresses: dict[str, str], name: str) -> None:
    answer = knock(client, name, addresses[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith("/staff/sign-in/")


@pytest.mark.parametrize("name", IN_A_BRANCH)
def test_other_regions_and_branches_find_nothing(
    town: Town, enter: Enter, addresses: dict[str, str], name: str
) -> None:
    for user in (town.zoe, town.bob):
        assert knock(enter(user), name, addresses[name]).status_code == 404


@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("name", DOORS)
def test_each_role_has_its_own_keys(
    town: Town, enter: Enter, addresses: dict[str, str], name: str, role: Role
) -> None:
    scope: dict[str, Any] = (
        {"branches": [town.branch]} if role == ASSISTANT else {"region": town.region}
    )
    status = knock(enter(make_user(role, **scope)), name, addresses[name]).status_code
    assert status != 404
    assert (status != 403) is (role in (READ | WRITE)[name])
