from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser
from django.db import models, transaction

from foundation.encryption import EncryptedTextField, blind_index

BATCH = 200


class Command(BaseCommand):
    """Seals every sealed field anew with the first of ``NUANBAN_FIELD_KEYS``.

    Rows are locked a few at a time, so the house stays open. ``--indexes`` also makes the blind
    indexes anew, for which the house must be closed: old and new ones do not find each other.
    """

    help = "Seal all sealed fields with the first field key (docs/operations.md, Changing keys)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--indexes", action="store_true", help="make blind indexes anew too")

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            sealed = list(sealed_fields(model))
            if sealed:
                count = reseal(model, sealed, indexes=options["indexes"])
                self.stdout.write(f"{model._meta.label}: {count}")


def sealed_fields(model: type[models.Model]) -> Iterator[str]:
    """The names of the model's sealed fields."""
    for field in model._meta.local_fields:
        if isinstance(field, EncryptedTextField):
            yield field.name


def reseal(model: type[models.Model], sealed: list[str], *, indexes: bool) -> int:
    """Write the sealed fields of all rows anew; returns how many rows there were.

    Only these columns are written, past ``save()``: nothing has happened that anybody should see.
    """
    known = {field.name for field in model._meta.local_fields}
    last: Any = None
    count = 0
    while True:
        with transaction.atomic():
            rows = model._base_manager.select_for_update().order_by("pk")
            batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
            for row in batch:
                changes = {name: getattr(row, name) for name in sealed}
                if indexes:
                    for name in sealed:
                        if f"{name}_index" in known:
                            changes[f"{name}_index"] = blind_index(changes[name])
                model._base_manager.filter(pk=row.pk).update(**changes)
        if not batch:
            return count
        last, count = batch[-1].pk, count + len(batch)
