"""Register: lists and their pages over 200 and 2,000 branches of 60 facilities, and how they grow.

A page is asked for as a browser asks, with sign-in, middleware and templates.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

SIZES = (200, 2000)
FACILITIES = 60
STAFF = 4


def main() -> dict[str, Any]:
    """Fill a region of each size, time each list, print a table, return the figures."""
    options = _options()
    sizes = [options.branches] if options.branches else list(SIZES)
    figures: dict[str, Any] = {"facilities_per_branch": FACILITIES, "lists": {}}
    for size in sizes:
        for name, timing in _measure(size, options.repeat).items():
            figures["lists"].setdefault(name, {})[str(size)] = timing
    _print(figures["lists"], sizes)
    if options.json:
        print(json.dumps(figures))
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, help="one size instead of 200 and 2,000")
    parser.add_argument("--repeat", type=int, default=7, help="how often each list is read")
    parser.add_argument("--json", action="store_true", help="the figures as a last line")
    return parser.parse_args()


def _measure(size: int, repeat: int) -> dict[str, dict[str, float]]:
    from accounts.models import User
    from accounts.roles import Role

    region = _fill(size)
    officer, _new = User.objects.get_or_create(
        username=f"bench-{size}",
        defaults={"full_name": "bench", "role": Role.OFFICER, "region": region},
    )
    reads = _lists(officer) | _pages(officer)
    return {name: _time(read, repeat) for name, read in reads.items()}


def _pages(officer: Any) -> dict[str, Callable[[], object]]:
    """The pages that list branches, as this officer and as anybody sees them."""
    from django.conf import settings
    from django.test import Client

    from branches.models import Branch

    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client, anybody = Client(), Client()
    client.force_login(officer)
    code = Branch.objects.filter(region=officer.region).order_by("code").values_list("code")[0][0]
    addresses = {
        "page: branches": (client, "/region/"),
        "page: branches by sound": (client, "/region/?q=zhihang"),
        "page: branches, most lacking": (client, "/region/?sort=lacking"),
        "page: coverage": (client, "/region/coverage/"),
        "page: map": (client, "/region/map/"),
        "page: expiry": (client, "/region/expiry/"),
        "page: one branch": (client, f"/region/branches/{code}/"),
        "page: our branches": (anybody, "/branches/"),
        "page: our branches by sound": (anybody, "/branches/?q=zhihang"),
        "page: one of our branches": (anybody, f"/branches/{code}/"),
    }
    return {name: partial(_get, *where) for name, where in addresses.items()}


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")


def _lists(officer: Any) -> dict[str, Callable[[], object]]:
    from branches.cover import cover_gaps
    from branches.coverage import coverage, coverage_of, expiring
    from branches.models import Branch
    from branches.queries import branch_list
    from branches.supplies import expiring_batches
    from foundation import clock

    today = clock.today()
    first = Branch.objects.filter(region=officer.region).order_by("code")
    page = list(first[:50])
    return {
        "branch list, page of 50": lambda: list(branch_list(officer).order_by("code")[:50]),
        "branch list, all": lambda: list(branch_list(officer)),
        "coverage, page of 50": lambda: coverage(officer, first[:50]),
        "coverage, all": lambda: coverage(officer),
        "coverage of one branch": lambda: coverage_of(page[0]),
        "facilities that expire": lambda: list(expiring(officer, today + timedelta(days=30))[:200]),
        "batches that expire": lambda: list(expiring_batches(officer, today)[:200]),
        "gaps of a week, 50 branches": lambda: cover_gaps(page, today, today + timedelta(days=6)),
    }


def _fill(size: int) -> Any:
    """A region of so many branches, each with every type of facility. Not in a transaction."""
    from django.db import connection

    from branches import catalogue
    from branches.models import Facility, FacilityType
    from demo.population import Size, populate, region_of
    from foundation import clock

    catalogue.load()
    for number in range(FacilityType.objects.count(), FACILITIES):
        FacilityType.objects.create(code=f"more-{number}", name_zh=str(number), name_en=str(number))
    region = region_of(f"BR{size}", "基准分行", "Benchmark region")
    branches = populate(size=Size(size, STAFF, 0), seed=size, region=region)
    types = list(FacilityType.objects.all())
    today = clock.today()
    Facility.objects.bulk_create(
        (
            Facility(
                branch=branch, type=kind, expires_on=today + timedelta(days=(branch.pk + n) % 900)
            )
            for branch in branches
            for n, kind in enumerate(types)
        ),
        batch_size=5000,
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return region


def _time(read: Callable[[], object], repeat: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        read()
    taken = []
    for _ in range(repeat):
        started = time.perf_counter()
        read()
        taken.append((time.perf_counter() - started) * 1000)
    ordered = sorted(taken)
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
        "queries": len(queries),
    }


def _print(lists: dict[str, dict[str, dict[str, float]]], sizes: list[int]) -> None:
    heads = "".join(f"{f'{size} branches':>24}" for size in sizes)
    print(f"{'list':<30}{heads}{'growth':>10}")
    for name, timings in lists.items():
        cells = ""
        for size in sizes:
            one = timings[str(size)]
            cells += f"{one['median_ms']:>9.1f} ms p95 {one['p95_ms']:>6.1f} {one['queries']:>3}q"
        medians = [timings[str(size)]["median_ms"] for size in sizes]
        print(f"{name:<30}{cells}{medians[-1] / max(medians[0], 0.01):>9.1f}x")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
