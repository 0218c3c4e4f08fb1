from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from accounts.models import Region
from appointments import day_plans, plan_runs, plan_story
from appointments.day_problem import read_day
from appointments.models import HomeVisit, PlanSource
from foundation import clock
from planning.stop import MaxSeconds

HEADINGS = ("", "before", "after", "change")


class Command(BaseCommand):
    """Searches one region's day for some seconds and prints its cost before and after."""

    help = "Improve a day of home visits: plan_day --region P --date 2026-11-26 --seconds 10 --dry"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", help="code; the one with the most visits unless told")
        parser.add_argument("--date", type=date.fromisoformat, help="tomorrow unless told")
        parser.add_argument("--seconds", type=int, default=10, help="of search")
        parser.add_argument("--dry", action="store_true", help="search and print, adopt nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seconds"] < 1:
            raise CommandError("--seconds must be at least 1.")
        day = options["date"] or clock.today() + timedelta(days=1)
        region = _region(options["region"])
        if options["dry"]:
            read = read_day(region, day, plan_runs.first_moment())
            found = plan_runs.search(read, read.problem, read.now, MaxSeconds(options["seconds"]))
            before, after, ended = plan_story.costs(read.now), plan_story.costs(found), "dry run"
        else:
            plan = day_plans.plan_for(region, day)
            run = plan_runs.ask(plan=plan, source=PlanSource.ASKED, seconds=options["seconds"])
            done = plan_runs.work(run.pk)
            if done is None:
                raise CommandError("A worker is searching this day already; please try again.")
            before, after, ended = done.before, done.after, done.status
        self.stdout.write(f"{region.code} {day}, {options['seconds']} s: {ended}")
        self._table(before, after)

    def _table(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.stdout.write("{:<28}{:>10}{:>10}{:>10}".format(*HEADINGS))
        rows = (
            ("visits served", "visits"),
            ("visits unserved", "unserved"),
            ("minutes on the road", "travel"),
            ("faces, names (minutes)", "tastes"),
            ("unserved (minutes)", "left_out"),
            ("cost (minutes)", "total"),
        )
        for words, name in rows:
            was, now = before.get(name, 0), after.get(name, 0)
            share = f"{(now - was) / was:+.1%}" if was and name in ("travel", "total") else ""
            self.stdout.write(f"{words:<28}{was:>10}{now:>10}{share:>10}")


def _region(code: str | None) -> Region:
    if code is None:
        busiest = (
            HomeVisit.objects.live().values("branch__region").annotate(n=Count("pk")).order_by("-n")
        )
        found = Region.objects.filter(pk__in=[row["branch__region"] for row in busiest[:1]])
    else:
        found = Region.objects.filter(code=code)
    region = found.first()
    if region is None:
        raise CommandError("There is no such region, or nobody is visited in any.")
    return region
