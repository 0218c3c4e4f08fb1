"""A blind key of a name's pinyin: 李桂兰, 李桂蘭 and "Li Guilan" are found as one.

The key is made from toneless pinyin without spaces, sealed like a phone's index: it finds equal
sounds and tells nothing. Characters with several readings take the commonest one, for queries and
rows alike, so that they still meet.
"""

from typing import Any

from django.db import models

from foundation import pinyin
from foundation.encryption import blind_index


class NameKeyField(models.CharField[str, str]):
    """Follows the row's ``name`` whenever it is saved, in bulk too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 64, "db_index": True, "editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    @staticmethod
    def key_of(name: str) -> str:
        """The key of a name in characters or in pinyin; empty when it has no letter."""
        letters = pinyin.letters(name)
        return blind_index(f"name:{letters}") if letters else ""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The key of the name as it is about to be saved."""
        key = self.key_of(getattr(model_instance, "name", ""))
        setattr(model_instance, self.attname, key)
        return key
