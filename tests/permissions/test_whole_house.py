"""Every door of the house against everybody who might knock.

A new address that is neither public on purpose nor in the table of roles fails the first test.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from appointments.models import DayPlan, HomeVisit, PlanRun, VisitEvent
from branches.models import (
    BranchEvent,
    BranchPhoto,
    Commitment,
    DemonstrationEvent,
    FacilityFault,
    FacilitySighting,
    LeaveEvent,
    RosterException,
    RosterShift,
    StaffEvent,
    StockMovement,
    StockRequestEvent,
    SwapRequestEvent,
    Training,
)
from eldercare.models import Escort, EscortEvent, Reveal, ServiceEvent
from tests.make import MORNING, Town, make_customer, make_town, make_user
from tests.permissions.doors import Address, Door, doors
from web.elder.caller import PHONE_KEY

pytestmark = pytest.mark.django_db

# Open to anybody, and why nothing is lost by it.
PUBLIC = {
    "set_language": "a choice kept in a cookie",
    "web:display": "a choice kept in a cookie",
    "web:styleguide": "components without rows",
    "staff:sign_in": "the way in",
    "staff:sign_out": "the way out",
    "region:inspection_worker": "one line of script that looks after an inspection",
    "desk:worker": "one line of script that looks after the desk without a network",
    "elder:home": "the three doors, before anybody is known",
    "elder:sign_in": "the way in",
    "elder:code": "the way in",
    "elder:company": "branches that anybody may walk into",
    "elder:branches": "branches that anybody may walk into",
    "elder:branch": "what the sign on a branch's door says",
    "elder:services": "what we do, which the paper on the wall says too",
    "elder:service": "what we do, which the paper on the wall says too",
    "elder:sign_out": "the way out",
    **dict.fromkeys(
        (
            *("elder:welcome", "elder:welcome_needs", "elder:welcome_come"),
            *("elder:welcome_booked", "elder:welcome_here", "elder:welcome_seat"),
        ),
        "a tablet by the door: times and a number, and nobody's name",
    ),
    "elder:face": "a signed link to a photo, handed out by a page that names whom it shows",
    "elder:shared": "a signed link that family was sent: when and who, and nobody's data",
    "api-docs": "what can be asked, and nothing of what is stored",
    "api-schema": "what can be asked, and nothing of what is stored",
    "api-nothing": "a 404 for whatever is no door",
}
# Doors of a demonstration, which production does not have.
DEMONSTRATION = {"demo"}

DESK = {"alice", "martha", "olga", "admin"}
BRANCH = {"alice", "martha", "admin"}
MANAGER = {"martha", "admin"}
EVERYBODY = DESK | {"rita"}
ROLES: dict[str, set[str]] = {
    "staff:home": EVERYBODY,
    "desk:choose": DESK,
    **{
        f"desk:{name}": DESK
        for name in (
            *(
                "board",
                "lobby_report",
                "escort",
                "visits",
                "visit",
                "faults",
                "fault",
                "fault_report",
            ),
            *("steps", "customers", "customer", "roster", "leaves", "leave_ask", "leave_send"),
            *("leave_file", "leave_withdraw", "swaps", "swap_ask"),
            *("stock", "stock_item", "stock_ledger", "stock_requests", "expiry"),
            *("register", "register_facility", "register_faults", "hours", "sign"),
            *("staff", "person", "family", "stops", "customer_privacy", "visit_story"),
        )
    },
    **{
        f"desk:{name}": BRANCH
        for name in (
            *("arrive_who", "arrive_what", "arrive", "check_in", "take", "hand_over"),
            *("tick", "lend", "take_back", "faces", "say", "kept", "kept_token", "kept_settle"),
            "welcome",
            *("finish", "leave", "visit_reveal", "visit_set_off", "visit_arrive"),
            *("visit_code", "visit_finish", "visit_give_up", "step_settle", "step_reveal"),
            *("step_call", "step_number", "step_called"),
            *("company_move", "company_cancel"),
            *("step_call", "step_number", "step_called"),
            *("book", "book_wait", "visit_move", "visit_cancel", "customer_reveal"),
            *("series", "customer_new", "customer_edit", "customer_same", "customer_merge"),
            *("family_add", "consent_withdraw", "consent_paper", "customer_home_visit"),
            *("away", "away_confirm", "visit_longer", "visit_try_again"),
            *("kit_hand_out", "stock_move", "stock_count", "stock_count_check"),
            *("stock_count_write", "stock_ask", "stock_cancel", "stock_arrived", "stock_lost"),
        )
    },
    **{
        f"desk:{name}": {"martha", "olga", "admin"}
        for name in (
            *(
                "roster_floor",
                "roster_day",
                "roster_day_change",
                "roster_day_restore",
                "roster_pattern",
            ),
            *("roster_pattern_change", "leave_grant", "leave_decline", "leave_give"),
            *("swap_confirm", "swap_decline", "stock_level"),
            *("register_seen", "register_add", "register_look", "register_fault_close"),
            *("hours_save", "hours_day_add", "hours_day_remove", "facts", "sign_move"),
            *("staff_new", "person_correct", "person_face", "person_badge", "person_skills"),
            *("person_training", "person_leave", "person_come_back"),
        )
    },
    # Nobody answers for the colleague who was asked, nor for whoever asked.
    "desk:swap_agree": {"martha"},
    "desk:swap_cancel": {"alice"},
    "desk:photo": EVERYBODY,
    "desk:customer_export": MANAGER,
    "desk:customer_forget": MANAGER,
    "desk:readings": {"martha", "olga", "admin"},
    "desk:visit_approve": MANAGER,
    "desk:visit_decline": MANAGER,
    "region:branches": EVERYBODY,
    "region:branch": EVERYBODY,
    "region:coverage": EVERYBODY,
    "region:map": EVERYBODY,
    "region:spreadsheets": MANAGER | {"olga"},
    "region:spreadsheet": MANAGER | {"olga"},
    "region:template": MANAGER | {"olga"},
    "region:spreadsheet_confirm": MANAGER | {"olga"},
    "region:closed_days": DESK,
    "region:expiry": EVERYBODY,
    "region:supplies": DESK,
    "region:day_plans": {"olga", "admin"},
    "region:day_plan": {"olga", "admin"},
    "region:day_plan_improve": {"olga", "admin"},
    "region:day_plan_without": {"olga", "admin"},
    "region:day_plan_freeze": {"olga", "admin"},
    "region:day_plan_open": {"olga", "admin"},
    "region:day_plan_announce": {"olga", "admin"},
    "region:day_plan_run": {"olga", "admin"},
    "region:day_plan_stop": {"olga", "admin"},
    "region:supply_grant": {"olga", "admin"},
    "region:supply_decline": {"olga", "admin"},
    "region:supply_send": {"olga", "admin"},
    "region:fault_ask": DESK,
    "region:fault_report": DESK,
    "region:fault_close": {"martha", "olga", "admin"},
    "region:reviews": EVERYBODY,
    "region:review": EVERYBODY,
    "region:review_submit": {"olga", "admin"},
    "region:review_pass": {"rita", "admin"},
    "region:review_approve": {"rita", "admin"},
    "region:review_send_back": {"rita", "admin"},
    "region:review_comment": {"rita", "admin"},
    "region:review_inbox": EVERYBODY,
    "region:review_figures": {"olga", "rita", "admin"},
    "region:service_changes": EVERYBODY,
    "region:service_new": {"olga", "admin"},
    "region:service_edit": {"olga", "admin"},
    "region:service_next": {"olga", "admin"},
    "region:service_retire": {"rita", "admin"},
    "desk:self_check": EVERYBODY,
    **dict.fromkeys(
        (
            *("region:improvements", "region:improvement", "region:improvement_photo"),
            *("region:themes", "region:theme", "region:branch_score"),
        ),
        EVERYBODY,
    ),
    **{
        f"region:{name}": {"martha", "olga", "admin"}
        for name in ("complaint_new", "improvement_analyse", "improvement_measures")
    },
    "region:improvement_fixed": BRANCH,
    **{
        f"region:improvement_{name}": {"olga", "rita", "admin"}
        for name in ("recheck", "close", "send_back")
    },
    **{
        f"region:{name}": {"olga", "admin"}
        for name in (
            *("improvement_extend", "theme_make", "theme_measure"),
            *("suspensions", "suspension", "suspension_draft", "suspension_settle"),
        )
    },
    "region:inspections": EVERYBODY,
    "region:inspection": EVERYBODY,
    "region:inspection_photo": EVERYBODY,
    "region:inspection_new": {"olga", "admin"},
    "region:inspection_draw": {"olga", "admin"},
    "region:inspection_item": {"martha", "olga", "rita", "admin"},
    "region:inspection_kept_token": {"martha", "olga", "rita", "admin"},
    # Whose inspection it is; a form is read before it is known whose, so an empty one is a 400.
    **{f"region:inspection_{name}": {"rita"} for name in ("start", "works_year", "submit", "kept")},
    **{
        f"region:inspection_{name}": {"martha", "olga", "rita", "admin"}
        for name in ("move", "hand_over", "cancel", "sign")
    },
    "region:standards": EVERYBODY,
    "region:standard": EVERYBODY,
    "region:standard_changes": EVERYBODY,
    "region:forgotten": {"olga", "admin"},
    "region:forgotten_allow": {"olga", "admin"},
    "region:forgotten_refuse": {"olga", "admin"},
    "region:operations": {"olga", "admin"},
    "region:figures": {"olga", "admin"},
    "region:message_again": {"olga", "admin"},
    "region:texts": {"olga", "admin"},
    "region:text": {"olga", "admin"},
    "region:readings": {"martha", "olga", "admin"},
}
CAST = ("alice", "martha", "olga", "rita", "admin")
STAFF_SIGN_IN, ELDER_SIGN_IN = "/staff/sign-in/", "/sign-in/"
# Written by nobody who is turned away.
WRITTEN = (
    *(HomeVisit, VisitEvent, Escort, EscortEvent, Commitment, FacilityFault),
    *(StockMovement, Reveal, ServiceEvent, RosterException, RosterShift, LeaveEvent),
    *(SwapRequestEvent, StockRequestEvent, FacilitySighting, BranchPhoto, BranchEvent),
    *(DemonstrationEvent, StaffEvent, Training, DayPlan, PlanRun),
)


@pytest.fixture
def town() -> Iterator[Town]:
    with time_machine.travel(MORNING, tick=False):
        cache.clear()
        yield make_town()


@pytest.fixture
def address(town: Town) -> Address:
    return Address(town)


def closed() -> list[Door]:
    """Whatever is not public."""
    return [
        door
        for door in doors().values()
        if door.name not in PUBLIC and door.face not in DEMONSTRATION
    ]


def staff(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def phone(phone_index: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    session = client.session
    session[PHONE_KEY] = phone_index
    session.save()
    return client


def knock(client: Client, path: str) -> Any:
    """Look, or write where nothing can be looked at; whatever it changes is undone."""
    savepoint = transaction.savepoint()
    answer = client.get(path)
    if answer.status_code == 405:
        answer = client.post(path)
    transaction.savepoint_rollback(savepoint)
    return answer


def sent_to(answer: Any) -> str:
    """Where a stranger is sent to sign in; else the bare status."""
    if answer.status_code == 302:
        return str(answer.headers["Location"]).partition("?")[0]
    return str(answer.status_code)


def written() -> list[int]:
    return [model._default_manager.count() for model in WRITTEN]


def test_every_door_is_public_on_purpose_or_in_the_table() -> None:
    found = doors()
    named = {
        door.name
        for door in found.values()
        if door.name not in PUBLIC and door.face not in DEMONSTRATION | {"elder", "api"}
    }
    assert named == set(ROLES), "a door without a line in the table, or a line without a door"
    assert set(PUBLIC) <= set(found), "public doors that are no more"
    assert all(PUBLIC.values())


def expected_sign_in(door: Door) -> str:
    return {"api": "401", "elder": ELDER_SIGN_IN}.get(door.face, STAFF_SIGN_IN)


def test_strangers_are_sent_to_the_right_door_and_change_nothing(address: Address) -> None:
    before = written()
    found = {door.name: sent_to(knock(Client(), address.of(door))) for door in closed()}
    assert found == {door.name: expected_sign_in(door) for door in closed()}
    for door in closed():
        Client().post(address.of(door))
    assert written() == before


def test_who_has_left_is_a_stranger(town: Town, address: Address) -> None:
    martha = staff(town.martha)
    User.objects.filter(pk=town.martha.pk).update(is_active=False)
    found = {door.name: sent_to(knock(martha, address.of(door))) for door in closed()}
    assert found == {door.name: expected_sign_in(door) for door in closed()}


def test_customers_phone_opens_no_staff_door(town: Town, address: Address) -> None:
    grandmother = phone(town.grandmother.phone_index)
    inner = [door for door in closed() if door.face != "elder"]
    found = {door.name: sent_to(knock(grandmother, address.of(door))) for door in inner}
    assert found == {door.name: expected_sign_in(door) for door in inner}


def test_staff_sign_in_opens_no_customers_door(town: Town, address: Address) -> None:
    alice = staff(town.alice)
    elder = [door for door in closed() if door.face == "elder"]
    found = {door.name: sent_to(knock(alice, address.of(door))) for door in elder}
    assert found == dict.fromkeys(found, ELDER_SIGN_IN)
    assert len(elder) >= 20


def test_neighbours_phone_finds_none_of_grandmothers_bookings(town: Town, address: Address) -> None:
    neighbour = phone(make_customer(town.branch).phone_index)
    hers = [door for door in closed() if door.face == "elder" and "public_id" in door.route]
    before = written()
    looked = {door.name: neighbour.get(address.of(door)).status_code for door in hers}
    wrote = {door.name: neighbour.post(address.of(door)).status_code for door in hers}
    assert set(looked.values()) | set(wrote.values()) <= {404, 405}
    assert all(404 in (looked[name], wrote[name]) for name in looked)
    assert written() == before
    grandmother = phone(town.grandmother.phone_index)
    assert all(knock(grandmother, address.of(door)).status_code != 404 for door in hers)


def test_each_role_has_its_own_keys(town: Town, address: Address) -> None:
    found: dict[str, set[str]] = {name: set() for name in ROLES}
    table = doors()
    for who in CAST:
        client = staff(getattr(town, who))
        for name in ROLES:
            status = knock(client, address.of(table[name])).status_code
            assert status != 404, (name, who)
            if status != 403:
                found[name].add(who)
    assert found == ROLES


def test_whoever_works_elsewhere_finds_nothing_and_changes_nothing(
    town: Town, address: Address
) -> None:
    """A manager of another branch and an officer of another region hold every right, elsewhere."""
    here = [door for door in closed() if "code>" in door.route and door.face != "api"]
    before = written()
    for user in (make_user(Role.MANAGER, branches=[town.gaoxin]), town.zoe):
        client = staff(user)
        found = {door.name: knock(client, address.of(door)).status_code for door in here}
        assert found == dict.fromkeys(found, 404), user
        for door in here:
            client.post(address.of(door))
    assert written() == before
    assert len(here) >= 30


def test_public_doors_open_for_anybody_and_tell_no_secret(town: Town, address: Address) -> None:
    table = doors()
    secrets = (town.grandmother.phone, town.grandmother.name, address.visit.customer_code)
    for name in PUBLIC:
        answer = knock(Client(headers={"accept-language": "en"}), address.of(table[name]))
        allowed = {404} if name == "api-nothing" else {200, 302, 303, 400, 403}
        assert answer.status_code in allowed, name
        body = b"" if answer.streaming else answer.content
        assert not [secret for secret in secrets if secret.encode() in body], name


def test_demonstrations_doors_exist_in_a_demonstration_only() -> None:
    from django.apps import apps

    assert apps.is_installed("demo")
    assert {door.face for door in doors().values()} <= {
        *("", "api", "elder", "desk", "region", "staff", "web", "demo"),
    }
