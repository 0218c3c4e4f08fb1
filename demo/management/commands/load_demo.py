from typing import Any

from django.core.management.base import BaseCommand

from demo import xian_region


class Command(BaseCommand):
    """Loads the demonstration region once; does nothing when it is there."""

    help = "Load the demonstration region (once)."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = xian_region.load()
        self.stdout.write("Demonstration loaded." if loaded else "Demonstration is there already.")
