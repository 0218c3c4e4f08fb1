import json
from dataclasses import asdict
from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from branches.models import Branch
from eldercare.simulation.bound import least_mean_wait
from eldercare.simulation.branch import habits_of, shifts_of
from eldercare.simulation.days import LobbyDay, day_of
from eldercare.simulation.figures import Figures, figures_of
from eldercare.simulation.replay import by_dispatch, first_come, replay

ROWS = {
    "mean": "mean wait (min)",
    "median": "median wait",
    "p90": "p90 wait",
    "longest": "longest wait",
    "with_needs_median": "with needs: median wait",
    "with_needs_p90": "with needs: p90 wait",
    "needs_missed": "skills missing",
    "inequality": "inequality of work (Gini)",
}


class Command(BaseCommand):
    """Replays believable days of a lobby through the dispatch code and through first come."""

    help = "Hold dispatch against first come, first served and against knowing everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--branch", required=True, help="code of the branch")
        parser.add_argument("--days", type=int, default=20)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--people", type=float, help="how many come on an ordinary day")
        parser.add_argument("--json", action="store_true", help="one last line for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        days = _days(options)
        rules = {
            "first come": figures_of([replay(day, first_come) for day in days]),
            "dispatch": figures_of([replay(day, by_dispatch) for day in days]),
        }
        people = rules["dispatch"].people
        best = sum(least_mean_wait(day) * len(day.arrivals) for day in days) / people
        service = fmean(one.minutes for day in days for one in day.arrivals)
        self._table(rules["first come"], rules["dispatch"])
        self.stdout.write(
            f"knowing everything beforehand, mean wait is at least {best:.2f} min; "
            f"time in the branch {best + service:.2f} min, "
            f"by dispatch {rules['dispatch'].mean + service:.2f} min"
        )
        if options["json"]:
            answer = {name: asdict(figures) for name, figures in rules.items()}
            self.stdout.write(json.dumps(answer | {"least_mean": best, "mean_service": service}))

    def _table(self, before: Figures, now: Figures) -> None:
        self.stdout.write(f"{now.people} people")
        self.stdout.write(f"{'':28}{'first come':>12}{'dispatch':>12}{'change':>9}")
        for name, words in ROWS.items():
            old, new = getattr(before, name), getattr(now, name)
            change = f"{100 * (new / old - 1):+.0f} %" if old else ""
            self.stdout.write(f"{words:28}{old:12.2f}{new:12.2f}{change:>9}")


def _days(options: dict[str, Any]) -> list[LobbyDay]:
    if options["days"] < 1:
        raise CommandError("--days must be 1 or more.")
    branch = Branch.objects.filter(code=options["branch"]).first()
    if branch is None:
        raise CommandError(f"There is no branch with the code {options['branch']}.")
    staff = shifts_of(branch)
    if not staff:
        raise CommandError(f"Nobody works at {branch.code}: there is nothing to dispatch.")
    habits = habits_of(branch, len(staff), options["people"])
    if not habits.business:
        raise CommandError("No service is offered at branches: nobody would come.")
    return [
        day_of(habits, staff, day_of_month=1 + n % 28, seed=options["seed"] + n)
        for n in range(options["days"])
    ]
