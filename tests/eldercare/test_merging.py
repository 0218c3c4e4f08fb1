"""Two rows that are one person become one; nothing that happened is lost."""

from datetime import timedelta

import pytest
from psycopg.types.range import Range

from appointments.models import HomeVisit
from eldercare import duplicates, merging
from eldercare.consents import who_may_act_for
from eldercare.merging import MergeRefused, merge_customers
from eldercare.models import Consent, Customer, CustomerEvent, Reveal
from eldercare.reveals import reveal_phone
from eldercare.sign_in import people_behind
from foundation.errors import InvalidInput, NotAllowed
from tests.make import Town, at, make_customer, make_daughter, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def visit(town: Town, customer: Customer, hour: int) -> HomeVisit:
    start = at(hour)
    return HomeVisit.objects.create(
        idempotency_key=f"{customer.pk}-{hour}",
        customer=customer,
        branch=town.branch,
        service_version=town.version,
        status="requested",
        window=Range(start, start + timedelta(hours=1)),
        starts_at=start,
        minutes=30,
        latitude=34.26,
        longitude=108.94,
        asked_by="customer",
    )


def test_what_pointed_to_one_points_to_the_other(town: Town) -> None:
    keep = town.grandmother
    second = make_customer(town.branch, phone="13800002222", needs=["sight"], note="早上好找")
    reveal_phone(customer=second, why="visit", actor=town.alice)
    theirs, hers = visit(town, keep, 9), visit(town, second, 11)

    merge_customers(keep=keep, merged=second, why="同一人", actor=town.alice)

    keep.refresh_from_db()
    second.refresh_from_db()
    assert set(HomeVisit.objects.filter(customer=keep)) == {theirs, hers}
    assert (keep.needs, keep.note) == (["mobility", "sight"], "早上好找")
    assert (second.merged_into, second.phone) == (keep, "13800002222")
    # What is append-only stays as it was written, and is found by way of the merged row.
    assert Reveal.objects.get().customer == second
    assert merging.history_of(keep) == [keep, second]
    assert merging.survivor_of(second) == keep
    assert list(CustomerEvent.objects.values_list("customer", "to_status", "reason")) == [
        (keep.pk, "took_in", "同一人"),
        (second.pk, "merged", "同一人"),
    ]


def test_the_merged_one_is_no_longer_found(town: Town) -> None:
    second = make_customer(town.branch, phone="13800002222")
    merge_customers(keep=town.grandmother, merged=second, why="same", actor=town.alice)

    assert list(duplicates.search(town.alice, "13800002222")) == []
    assert people_behind(second.phone_index).customers == ()


def test_a_daughter_on_both_rows_becomes_one(town: Town) -> None:
    keep, second = town.grandmother, make_customer(town.branch)
    first = make_daughter(keep, phone="13700003333", consent=False)
    make_daughter(second, phone="13700003333")
    other = make_daughter(second, phone="13700004444")

    merge_customers(keep=keep, merged=second, why="same", actor=town.alice)

    assert set(who_may_act_for(keep)) == {first, other}
    assert Consent.objects.filter(representative=first).count() == 1


def test_two_visits_at_one_time_refuse_and_change_nothing(town: Town) -> None:
    keep, second = town.grandmother, make_customer(town.branch)
    visit(town, keep, 10)
    hers = visit(town, second, 10)
    daughter = make_daughter(second)

    with pytest.raises(MergeRefused):
        merge_customers(keep=keep, merged=second, why="same", actor=town.alice)
    hers.refresh_from_db()
    second.refresh_from_db()
    daughter.refresh_from_db()
    assert (hers.customer, second.merged_into, daughter.customer) == (second, None, second)
    assert not CustomerEvent.objects.exists()


def test_nobody_is_merged_twice_or_into_themselves(town: Town) -> None:
    second, third = make_customer(town.branch), make_customer(town.branch)
    merge_customers(keep=town.grandmother, merged=second, why="same", actor=town.alice)

    for keep, merged in ((third, second), (second, third), (third, third)):
        with pytest.raises(InvalidInput):
            merge_customers(keep=keep, merged=merged, why="same", actor=town.alice)
    with pytest.raises(InvalidInput):
        merge_customers(keep=town.grandmother, merged=third, why=" ", actor=town.alice)
    with pytest.raises(NotAllowed):
        merge_customers(keep=town.grandmother, merged=third, why="same", actor=town.olga)
