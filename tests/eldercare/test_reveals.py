"""Sealed details are read in full only with a reason, by who may, and on record."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from eldercare import addresses
from eldercare.models import Reveal
from eldercare.reveals import reveal_address, reveal_phone
from foundation.errors import InvalidInput, NotAllowed
from tests.make import make_branch, make_customer, make_user

pytestmark = pytest.mark.django_db


def test_phone_is_given_and_recorded() -> None:
    branch = make_branch()
    grandmother = make_customer(branch, phone="13812345678")
    alice = make_user(branches=[branch])

    assert reveal_phone(customer=grandmother, why="open step", actor=alice) == "13812345678"
    row = Reveal.objects.get()
    assert (row.customer, row.actor, row.what, row.why) == (
        grandmother,
        alice,
        "phone",
        "open step",
    )


def test_officer_gets_nothing_and_nothing_is_recorded() -> None:
    branch = make_branch()
    olga = make_user(Role.OFFICER, region=branch.region)

    with pytest.raises(NotAllowed):
        reveal_address(customer=make_customer(branch), why="curious", actor=olga)
    assert not Reveal.objects.exists()


def test_a_reveal_needs_a_reason() -> None:
    branch = make_branch()
    alice = make_user(branches=[branch])

    with pytest.raises(InvalidInput):
        reveal_phone(customer=make_customer(branch), why=" ", actor=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reveal.objects.create(customer=make_customer(branch), what="phone", why="", actor=alice)


def test_a_reveal_is_never_deleted() -> None:
    branch = make_branch()
    reveal_phone(customer=make_customer(branch), why="visit", actor=make_user(branches=[branch]))

    with pytest.raises(IntegrityError), transaction.atomic():
        Reveal.objects.all().delete()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("幸福小区3号楼2单元101", "幸福小区***"),
        ("", ""),
        ("长安里", "长***"),
        ("西安市高新技术开发区幸福小区12号", "西安市高新技术开发区幸福***"),
    ],
)
def test_masked_address_names_no_door(address: str, shown: str) -> None:
    assert addresses.mask(address) == shown
