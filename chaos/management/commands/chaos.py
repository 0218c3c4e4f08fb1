import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Breaks a house of its own in every way, and says whether anything was lost or doubled."""

    help = "Start everything apart, break it, compare: chaos --minutes 2 --visits 2000 --json"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=2, help="how long things break")
        parser.add_argument("--visits", type=int, default=2000, help="how many customers book")
        parser.add_argument("--seed", type=int, default=1, help="of the faults' schedule")
        parser.add_argument("--json", action="store_true", help="the figures as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it in a process of its own: its rows and its broker are not this one's."""
        if options["minutes"] <= 0 or options["visits"] < 1:
            raise CommandError("--minutes must be more than 0, --visits at least 1.")
        given = [f"--{name}={options[name]}" for name in ("minutes", "visits", "seed")]
        command = [sys.executable, "-m", "chaos", *given, *(["--json"] if options["json"] else [])]
        try:
            code = subprocess.run(command, check=False, cwd=settings.BASE_DIR).returncode
        except KeyboardInterrupt:
            code = 130
        if code != 0:
            sys.exit(code)
