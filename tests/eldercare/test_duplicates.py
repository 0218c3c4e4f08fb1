"""Whom we may know already, by phone and by the sound of a name."""

import pytest

from eldercare import duplicates
from eldercare.duplicates import Because
from eldercare.models import Customer
from tests.make import Town, make_customer, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def test_likeliest_first(town: Town) -> None:
    both = make_customer(town.branch, name="王秀英", phone="13800001111")
    phone = make_customer(town.branch, name="张国强", phone="13800001111")
    name = make_customer(town.branch, name="王秀英")
    sound = make_customer(town.branch, name="汪秀英")

    found = duplicates.candidates(town.alice, name="王秀英", phone="138-0000-1111")

    assert [(one.customer, one.because) for one in found] == [
        (both, Because.PHONE_AND_NAME),
        (phone, Because.PHONE),
        (name, Because.SAME_NAME),
        (sound, Because.SAME_SOUND),
    ]


def test_namesakes_of_another_year_are_other_people(town: Town) -> None:
    one = make_customer(town.branch, name="王秀英", birth_year=1940)
    make_customer(town.branch, name="王秀英", birth_year=1944)
    twin = make_customer(town.branch, name="王秀瑛", birth_year=1940)

    found = duplicates.candidates_for(town.alice, one)

    assert [(each.customer, each.because) for each in found] == [(twin, Because.SAME_SOUND)]


def test_strangers_find_nobody(town: Town) -> None:
    assert duplicates.candidates(town.bob, name=town.grandmother.name) == []
    assert not duplicates.search(town.bob, town.grandmother.name).exists()


@pytest.mark.parametrize(
    "text", ["13800001111", "138 0000 1111", "1111", "王秀英", "wang xiuying", "WangXiuYing"]
)
def test_search_finds_by_phone_and_name(town: Town, text: str) -> None:
    row = make_customer(town.branch, name="王秀英", phone="13800001111")
    assert list(duplicates.search(town.alice, text)) == [row]


@pytest.mark.parametrize("text", ["", "  ", "11", "王", "???"])
def test_parts_find_nobody(town: Town, text: str) -> None:
    make_customer(town.branch, name="王秀英", phone="13800001111")
    assert list(duplicates.search(town.alice, text)) == []


def test_the_key_follows_the_name_in_bulk_too(town: Town) -> None:
    row = Customer(branch=town.branch, name="王秀英", birth_year=1940)
    row.set_phone("13800001111")
    Customer.objects.bulk_create([row])

    key = Customer.objects.get(pk=row.pk).name_key
    assert len(key) == 64
    assert "wang" not in key
    row.name = "李桂兰"
    row.save()
    assert Customer.objects.get(pk=row.pk).name_key == town.grandmother.name_key
