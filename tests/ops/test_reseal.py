"""Keys can be changed: what was sealed with the old one opens with the new one alone."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from eldercare.models import Customer
from tests.make import make_branch, make_customer

pytestmark = pytest.mark.django_db
NEW = Fernet.generate_key().decode()


def test_resealed_rows_open_with_the_new_key_alone() -> None:
    customer = make_customer(make_branch())
    with override_settings(NUANBAN_FIELD_KEYS=[NEW]), pytest.raises(InvalidToken):
        Customer.objects.get(pk=customer.pk)

    with override_settings(NUANBAN_FIELD_KEYS=[NEW, *settings.NUANBAN_FIELD_KEYS]):
        call_command("reseal", verbosity=0)

    with override_settings(NUANBAN_FIELD_KEYS=[NEW]):
        assert Customer.objects.get(pk=customer.pk).phone == customer.phone


def test_a_new_index_key_finds_the_same_phone() -> None:
    customer = make_customer(make_branch())

    with override_settings(NUANBAN_BLIND_INDEX_KEY="another-blind-index-key"):
        assert not Customer.objects.with_phone(customer.phone).exists()
        call_command("reseal", "--indexes", verbosity=0)
        assert Customer.objects.with_phone(customer.phone).get() == customer
