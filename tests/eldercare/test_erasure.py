"""What names a person goes; what happened stays. And nobody is remembered for ever."""

from datetime import timedelta

import pytest

from eldercare import consents, duplicates, privacy, retention
from eldercare.merging import merge_customers
from eldercare.models import Customer, CustomerEvent, Reveal
from eldercare.privacy import StillPromised
from eldercare.reveals import reveal_phone
from foundation import clock
from foundation.errors import InvalidInput
from tests.eldercare.test_merging import visit
from tests.eldercare.test_privacy import dump
from tests.make import Town, make_customer, make_daughter, make_town

pytestmark = pytest.mark.django_db


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

    privacy.erase_customer(customer=row, why="asked", actor=town.alice)

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
        privacy.erase_customer(customer=town.grandmother, why="asked", actor=town.alice)
    assert refused.value.data == {"rooms": ["garden"]}
    town.grandmother.refresh_from_db()
    assert town.grandmother.name == "李桂兰"
    with pytest.raises(InvalidInput):
        privacy.erase_customer(customer=town.grandmother, why="", actor=town.alice)


def test_ten_years_after_the_last_business(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_last_seen", {})
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
