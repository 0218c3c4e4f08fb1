from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from foundation.moves import Moves

HEAD = """# States and moves

Made from each room's `states.py` by `manage.py states_page > docs/states.md`; a test fails when it
is stale. A status changes in one function of its room, under a lock, and each move appends an
event.
"""


class Command(BaseCommand):
    """Prints docs/states.md from the tables of moves."""

    help = "Print the page of every table of moves, for docs/states.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n\n".join([HEAD.strip(), *(m.as_markdown() for m in machines())]))


def machines() -> list[Moves[Any]]:
    """Every machine of the installed rooms, by name."""
    return [
        Moves.known[name]
        for name in sorted(Moves.known)
        if apps.get_containing_app_config(Moves.known[name].statuses.__module__)
    ]
