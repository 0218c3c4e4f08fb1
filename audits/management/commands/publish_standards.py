from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.publishing import publish_file
from audits.standard_file import StandardInvalid, bundled


class Command(BaseCommand):
    """Publishes the standards that come with the house; run again, it changes nothing."""

    help = "Publish every standard in audits/standards/ that is not published yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in bundled():
            try:
                version = publish_file(path=path, actor=None)
            except StandardInvalid as error:
                raise CommandError("\n".join(error.data["problems"])) from error
            self.stdout.write(f"{version.code}-{version.number}: {version.items.count()} items")
