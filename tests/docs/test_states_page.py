"""docs/states.md says what the code does."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_of_states_is_what_the_tables_say() -> None:
    printed = StringIO()
    call_command("states_page", stdout=printed)
    assert PAGE.read_text() == printed.getvalue(), "run: manage.py states_page > docs/states.md"
