"""How many queries each list costs, with few rows and with many: a snapshot that a person reviews.

The lists are found in the resolver: a new one fails until it is in the file. After a change made on
purpose run with NUANBAN_WRITE_COUNTS=1 and read the difference of ``query_counts.json``.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audits import inspections
from audits.models import InspectionKind
from branches.facilities import FaultStillOpen
from branches.faults import report_fault
from branches.models import Staff
from eldercare import escorts
from foundation import clock
from tests.make import (
    MORNING,
    Town,
    make_branch,
    make_customer,
    make_town,
    make_version,
    new_key,
)
from tests.permissions.doors import Address, Door, doors
from workflow.due_steps import ask_a_person

SNAPSHOT = Path(__file__).with_name("query_counts.json")
FACES = ("desk", "region", "api")
MORE = 4


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


def lists() -> list[Door]:
    """Pages about no one row: nothing but a branch or a day is named in their address."""
    one = ("<int:", "<uuid:", "(?P<", "<str:token>", "<str:name>", "<pk>", "<public_id>")
    return [
        door
        for door in doors().values()
        if door.face in FACES and not any(part in door.route for part in one)
    ]


def grow(town: Town) -> None:
    """More of everything that lists show."""
    for number in range(MORE):
        Staff.objects.create(branch=town.branch, name="王静", badge=f"MORE-{number}")
        make_branch(town.region)
        make_version(region=town.region, status="draft")
        escorts.log_arrival(
            client_key=new_key(),
            branch=town.branch,
            service_version=town.version,
            customer=make_customer(town.branch),
            actor=town.alice,
        )
        inspections.plan(
            key=f"more-{number}",
            branch=town.branch,
            kind=InspectionKind.PLANNED,
            day=clock.today(),
            inspector=town.rita,
            actor=town.olga,
        )
        ask_a_person(
            key=f"more-{number}",
            kind="phone_customer",
            subject=f"more:{number}",
            branch_code=town.branch.code,
        )
    for facility in town.branch.facilities.all()[2 : 2 + MORE]:
        try:
            report_fault(facility=facility, words="broken", actor=town.alice)
        except FaultStillOpen:
            continue


def entered(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def counted(address: Address, clients: list[Client]) -> dict[str, int]:
    """The queries of each list for the first reader whom it lets in."""
    found = {}
    for door in lists():
        path = address.of(door)
        for client in clients:
            if client.get(path).status_code == 200:
                with CaptureQueriesContext(connection) as queries:
                    client.get(path)
                # The clock reads its hurry anew now and then, by another clock.
                found[door.name] = sum("foundation_democlock" not in one["sql"] for one in queries)
                break
    return found


@pytest.mark.django_db
def test_no_list_costs_more_queries_when_it_has_more_rows() -> None:
    town = make_town()
    address = Address(town)
    clients = [entered(user) for user in (town.olga, town.martha, town.alice)]
    few = counted(address, clients)
    grow(town)
    many = counted(address, clients)
    found = {name: [few[name], many[name]] for name in sorted(few)}
    assert [name for name in found if many[name] > few[name]] == []
    assert len(found) >= 30, "the resolver is not read as it was"
    if os.environ.get("NUANBAN_WRITE_COUNTS"):
        SNAPSHOT.write_text(json.dumps(found, indent=2) + "\n")
    assert found == json.loads(SNAPSHOT.read_text())
