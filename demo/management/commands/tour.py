import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.tour.story import Story
from demo.tour.visitor import Stuck


class Command(BaseCommand):
    """Drives the whole main job through HTTP against a running server and its real worker."""

    help = "Walk through the whole main job on a running demonstration, as its people would."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000/", help="where it runs")
        parser.add_argument("--json", action="store_true", help="one last line for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        done: list[dict[str, Any]] = []
        trouble = ""
        for name, act in Story(options["url"]).steps():
            started = time.perf_counter()
            try:
                act()
            except (Stuck, LookupError) as error:
                trouble = f"{name}: {error}"
                break
            seconds = round(time.perf_counter() - started, 3)
            done.append({"name": name, "seconds": seconds})
            self.stdout.write(f"{seconds:7.2f} s  {name}")
        if options["json"]:
            answer = {"ok": not trouble, "steps": done} | ({"failed": trouble} if trouble else {})
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if trouble:
            raise CommandError(f"The tour stopped at “{trouble}”", returncode=1)
