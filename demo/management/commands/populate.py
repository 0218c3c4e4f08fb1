from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from branches.models import Branch
from demo.audits import inspect
from demo.population import Size, populate, region_of

# As many branches as have an inspection: enough for every page to have something to show.
INSPECTED = 4


class Command(BaseCommand):
    """Fills a region of any size with believable rows; the same seed gives the same rows."""

    help = "Make a believable region: populate --branches 80 --staff 4 --customers 20000 --seed 1"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--branches", type=int, default=8)
        parser.add_argument("--staff", type=int, default=4, help="for each branch")
        parser.add_argument("--customers", type=int, default=200, help="for all branches together")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--region", default="P", help="code of the region that is filled")

    def handle(self, *args: Any, **options: Any) -> None:
        size = Size(options["branches"], options["staff"], options["customers"])
        if min(size.branches, size.staff) < 1 or size.customers < 0:
            raise CommandError("--branches and --staff must be at least 1, --customers 0 or more.")
        code = options["region"]
        if Branch.objects.filter(code__startswith=f"{code}-{options['seed']}-").exists():
            raise CommandError(f"Region {code} holds this seed already; choose another.")
        region = region_of(code, f"示例分行{code}", f"Sample region {code}")
        made = populate(size=size, seed=options["seed"], region=region)
        inspect(made[:INSPECTED], region, options["seed"])
        self.stdout.write(f"{len(made)} branches, {size.customers} customers in region {code}.")
