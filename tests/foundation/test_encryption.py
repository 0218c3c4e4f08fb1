"""Sealed text: unreadable in the table, readable after a key change, findable by its index only."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from eldercare.models import Customer
from foundation.encryption import blind_index, decrypt, encrypt
from tests.make import make_branch, make_customer, make_daughter

PHONE = "13812345678"
ADDRESS = "幸福小区3号楼2单元101"


@given(st.text())
def test_what_is_sealed_opens_again_and_never_looks_the_same(text: str) -> None:
    sealed = encrypt(text)
    assert decrypt(sealed) == text
    assert sealed != encrypt(text)


def test_old_key_still_reads_and_new_key_writes(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.NUANBAN_FIELD_KEYS = [old]
    sealed = encrypt(PHONE)
    settings.NUANBAN_FIELD_KEYS = [new, old]
    assert decrypt(sealed) == PHONE
    sealed_again = encrypt(PHONE)
    settings.NUANBAN_FIELD_KEYS = [new]
    assert decrypt(sealed_again) == PHONE
    with pytest.raises(InvalidToken):
        decrypt(sealed)


def test_blind_index_is_equal_for_equals_and_hangs_on_its_key(settings: Settings) -> None:
    first = blind_index(PHONE)
    assert first == blind_index(PHONE) != blind_index(PHONE + "0")
    assert (len(first), PHONE in first) == (64, False)
    settings.NUANBAN_BLIND_INDEX_KEY = "another key"
    assert blind_index(PHONE) != first


@pytest.mark.django_db
def test_table_holds_no_phone_and_no_address() -> None:
    customer = make_customer(make_branch(), phone=PHONE, address=ADDRESS)
    make_daughter(customer, phone="13787654321")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text || r::text FROM eldercare_customer c, eldercare_representative r"
        )
        [row] = cursor.fetchone()
    assert not [secret for secret in (PHONE, "13787654321", ADDRESS, "幸福") if secret in row]
    fresh = Customer.objects.get()
    assert (fresh.phone, fresh.address, fresh.phone_last4) == (PHONE, ADDRESS, "5678")
    assert list(Customer.objects.with_phone("138 1234 5678")) == [customer]
    assert (fresh.masked_phone, fresh.masked_address) == ("138****5678", "幸福小区***")


@pytest.mark.django_db
def test_sealed_field_cannot_be_searched() -> None:
    with pytest.raises(TypeError, match="blind index"):
        Customer.objects.filter(phone=PHONE)
    assert not Customer.objects.filter(address__isnull=True).exists()
