"""Phones, identity digits and addresses at rest: encrypted, rotatable, findable by blind index.

Keys come from ``NUANBAN_FIELD_KEYS`` (first one writes, all of them read, so that a key can be
rotated) and ``NUANBAN_BLIND_INDEX_KEY``. The blind index is HMAC-SHA-256 of the normalised text: it
finds equal values and tells nothing else.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """The text sealed with the first key."""
    return _cipher(tuple(settings.NUANBAN_FIELD_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The sealed text, opened with whichever key fits.

    Raises:
        cryptography.fernet.InvalidToken: when no configured key opens it.
    """
    return _cipher(tuple(settings.NUANBAN_FIELD_KEYS)).decrypt(token.encode()).decode()


def blind_index(text: str) -> str:
    """64 hex digits that are equal exactly when the texts are."""
    key = settings.NUANBAN_BLIND_INDEX_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField[str, str]):
    """Text that the database never sees in the clear. Cannot be filtered on: use a blind index."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return encrypt(prepared) if prepared else prepared

    def from_db_value(self, value: str | None, *_args: object) -> str | None:
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("An encrypted field cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)
