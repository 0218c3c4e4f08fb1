"""What names a person goes; what happened stays. And nobody is remembered for ever."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction

from eldercare import consents, duplicates, escorts, privacy, retention
from eldercare.merging import merge_customers
from eldercare.models import ConsentEvent, Customer, CustomerEvent, Escort, Reveal, SignInCode
from eldercare.privacy import StillPromised
from eldercare.reveals import reveal_phone
from eldercare.sign_in import send_code
from foundation import clock
from foundation.errors import InvalidInput
from tests.eldercare.test_merging import visit
from tests.eldercare.test_privacy import dump
from tests.make import Town, make_customer, make_daughter, make_town, new_key
from workflow.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town()


def long_ago(row: Customer) -> Customer:
    Customer.objects.filter(pk=row.pk).update(created_at=clock.now() - timedelta(days=3700))
    return row


def test_what_names_somebody_goes_and_the_ledger_stays(town: Town) -> None:
    row = make_customer(town.branch, name="尉迟宝林", phone="13898765432", birth_year=1943)
    other = make_customer(town.branch, name="尉迟宝琳", birth_year=1943)
    daughter = make_daughter(row, name="尉迟敏")
    reveal_phone(customer=row, why="尉迟要求", actor=town.alice)
    merge_customers(keep=row, merged=other, why="same", actor=town.alice)

    privacy.erase_customer(customer=row, why="asked", actor=town.olga)

    row.refresh_from_db()
    daughter.refresh_from_db()
    assert (row.name, row.phone, row.address, row.birth_year) == (f"#{row.pk}", "", "", 1940)
    assert (row.has_place, row.needs, row.erased_at is None) == (False, [], False)
    assert (daughter.name, consents.may_act(daughter)) == (f"#{daughter.pk}", False)
    assert list(duplicates.search(town.alice, "13898765432")) == []
    assert "尉迟" not in dump()
    assert Reveal.objects.get().customer == row
    assert list(CustomerEvent.objects.filter(customer=row).values_list("to_status", flat=True)) == [
        "took_in",
        "erased",
    ]


def test_not_while_a_room_needs_the_name(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "_needs", {"garden": lambda _customer: True})
    with pytest.raises(StillPromised) as refused:
        privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.olga)
    assert refused.value.data == {"rooms": ["garden"]}
    town.grandmother.refresh_from_db()
    assert town.grandmother.name == "李桂兰"
    with pytest.raises(InvalidInput):
        privacy.erase_customer(customer=town.grandmother, why="", actor=town.olga)


def test_ten_years_after_the_last_business(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # The rooms above say nothing yet, neither when they were there nor that they are needed.
    monkeypatch.setattr(retention, "_last_seen", {})
    monkeypatch.setattr(privacy, "_needs", {})
    old, visited = long_ago(town.grandmother), long_ago(make_customer(town.branch))
    make_customer(town.branch)
    visit(town, visited, 10)

    assert retention.forget_old_customers() == 1
    assert list(Customer.objects.filter(erased_at__isnull=False)) == [old]

    # Once the room above says that it was long ago, they go too.
    retention.register_last_seen("appointments", lambda _customer: None)
    assert retention.forget_old_customers() == 1
    visited.refresh_from_db()
    assert visited.name == f"#{visited.pk}"


def escorted(town: Town, row: Customer) -> Escort:
    """Somebody who waits in the lobby."""
    return escorts.log_arrival(
        client_key=new_key(),
        branch=town.branch,
        service_version=town.version,
        customer=row,
        nickname="尉迟奶奶",
        actor=town.alice,
    )


def test_not_while_they_are_in_the_lobby(town: Town) -> None:
    escort = escorted(town, town.grandmother)
    with pytest.raises(StillPromised) as refused:
        privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.olga)
    assert refused.value.data == {"rooms": ["eldercare"]}
    escorts.leave(escort=escort, reason="尉迟 went home", actor=town.alice)
    privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.olga)
    assert "尉迟" not in dump()
    assert list(escort.events.values_list("to_status", flat=True)) == ["waiting", "left"]


def test_messages_and_codes_to_their_phone_go_and_those_of_others_stay(town: Town) -> None:
    row = make_customer(town.branch, phone="13898765432")
    husband, wife = (make_customer(town.branch, phone="13911112222") for _ in range(2))
    for phone in ("13898765432", "13911112222"):
        send_code(phone=phone)
    Message.objects.update(status="delivered")
    for person in (row, husband):
        privacy.erase_customer(customer=person, why="asked", actor=town.olga)
    assert sorted(Message.objects.values_list("to_index", flat=True)) == ["", wife.phone_index]
    assert Message.objects.get(to_index="").body == ""
    assert [code.phone_index for code in SignInCode.objects.all()] == [wife.phone_index]


def test_authorisations_end_on_record(town: Town) -> None:
    daughter = make_daughter(town.grandmother)
    privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.olga)
    events = ConsentEvent.objects.filter(consent__representative=daughter)
    assert list(events.values_list("from_status", "to_status", "actor_kind")) == [
        ("given", "withdrawn", "system")
    ]


def test_the_administrations_own_log_forgets_the_name(town: Town) -> None:
    LogEntry.objects.log_actions(town.admin.pk, [town.grandmother], 2, change_message="name")
    privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.olga)
    assert LogEntry.objects.get().object_repr == f"#{town.grandmother.pk}"


def test_the_guard_is_up_again_afterwards(town: Town) -> None:
    reveal_phone(customer=town.grandmother, why="visit", actor=town.alice)
    privacy.erase_customer(customer=make_customer(town.branch), why="asked", actor=town.olga)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        Reveal.objects.update(why="another")
