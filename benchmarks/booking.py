"""Booking: open windows for 14 days and bookings a second, beside django-appointment's slot search.

A region of 80 branches with four people each who are 60 % booked, and the same at a tenth of the
size. The yardstick answers an easier question (one person, no journeys, no pairs) for the same
people and days, in the same run.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

SIZES = (8, 80)
STAFF = 4
FULL = 0.6
CUSTOMERS_PER_BRANCH = 12
QUESTIONS = 100
CLIENTS = (1, 8)
VISIT = timedelta(minutes=72)
JOURNEY = timedelta(minutes=15)
DEGREES_PER_KM = 1 / 111.2


def main() -> dict[str, Any]:
    """Fill, ask and book at each size, print a table, return the figures."""
    options = _options()
    figures: dict[str, Any] = {"sizes": {}}
    for branches in [options.branches] if options.branches else SIZES:
        figures["sizes"][str(branches)] = _measure(branches, options.seconds)
    _print(figures["sizes"])
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, help="one size instead of 8 and 80")
    parser.add_argument("--seconds", type=float, default=10, help="how long clients book")
    return parser.parse_args()


def _measure(branches: int, seconds: float) -> dict[str, Any]:
    from demo import population
    from demo.population import Size, populate, region_of

    size = Size(branches, STAFF, branches * CUSTOMERS_PER_BRANCH)
    region = region_of(f"B{branches}", "压测", "bench")
    population.services(*_reviewers(region))
    made = populate(size=size, seed=branches, region=region)
    filled = _fill(made, random.Random(branches))
    answers = _time_questions(made)
    figures: dict[str, Any] = {
        "staff": branches * STAFF,
        "filled": filled,
        "windows_ms_p50": round(statistics.median(answers), 1),
        "windows_ms_p95": round(statistics.quantiles(answers, n=20)[-1], 1),
    }
    figures["yardstick_ms_p50"] = _yardstick(filled)
    figures["yardstick_ratio"] = round(figures["yardstick_ms_p50"] / figures["windows_ms_p50"], 2)
    for clients in CLIENTS:
        figures[f"clients_{clients}"] = _book(made, clients, seconds)
    return figures


def _reviewers(region: Any) -> list[Any]:
    """An author and two reviewers, without whom there is no service."""
    from accounts.roles import Role
    from demo import population

    roles = {"author": Role.OFFICER, "inner": Role.REVIEWER, "centre": Role.REVIEWER}
    return [
        population.user(name, name, role, password=uuid4().hex, region=region)
        for name, role in roles.items()
    ]


def _fill(branches: list[Any], chance: random.Random) -> float:
    """Promise 60 % of everybody's working time to visits near their branch; the share reached."""
    from appointments.availability import days_ahead
    from branches.models import Commitment, Staff
    from branches.queries import Duty

    staff = list(Staff.objects.filter(branch__in=branches).select_related("branch"))
    days = days_ahead()
    duty = Duty(staff, days[0], days[-1])
    rows: list[Any] = []
    worked = timedelta()
    for person in staff:
        for day in days:
            span = duty.span(person, day)
            if span is None:
                continue
            worked += span[1] - span[0]
            rows += [_visit(person, start, chance) for start in _starts(span, chance)]
    Commitment.objects.bulk_create(rows, batch_size=2000)
    return round(len(rows) * VISIT / worked, 3)


def _visit(person: Any, start: datetime, chance: random.Random) -> Any:
    """A promise to somebody within two kilometres or so of the branch."""
    from psycopg.types.range import TimestamptzRange

    from branches.models import Commitment

    return Commitment(
        staff=person,
        kind="visit",
        span=TimestamptzRange(start, start + VISIT, "[)"),
        latitude=person.branch.latitude + chance.uniform(-2, 2) * DEGREES_PER_KM,
        longitude=person.branch.longitude + chance.uniform(-2, 2) * DEGREES_PER_KM,
        arrives_at=start + JOURNEY,
    )


def _starts(span: tuple[datetime, datetime], chance: random.Random) -> list[datetime]:
    """Starts of visits that fill the share of a span, with the free time spread at random."""
    length = span[1] - span[0]
    count = round(length * FULL / VISIT)
    free = length - count * VISIT
    cuts = sorted(chance.random() for _n in range(count))
    return [span[0] + n * VISIT + free * cut for n, cut in enumerate(cuts)]


def _time_questions(branches: list[Any]) -> list[float]:
    """Milliseconds for each of a hundred customers to be told their windows of 14 days."""
    from appointments.availability import demand_for, open_windows

    version = _version()
    taken = []
    for customer in _customers(branches)[: QUESTIONS + 3]:
        started = time.perf_counter()
        open_windows(customer.branch, demand_for(customer, version))
        taken.append((time.perf_counter() - started) * 1000)
    return taken[3:]


def _book(branches: list[Any], clients: int, seconds: float) -> dict[str, Any]:
    """Clients that ask and book at random for some seconds: how many, and what went wrong."""
    customers = _customers(branches)
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=(customers, random.Random(n), until, counts))
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "bookings_per_second": round(counts["booked"] / seconds, 2),
        "booked": counts["booked"],
        "conflicts": counts["taken"],
        "busy": counts["busy"],
        "full": counts["full"],
        "doubles": _doubles(),
    }


def _client(
    customers: list[Any], chance: random.Random, until: float, counts: Counter[str]
) -> None:
    from django.db import connection

    from appointments.asking import Asker
    from appointments.availability import WindowTaken, demand_for, open_windows
    from appointments.booking import AlreadyBooked, book_visit
    from appointments.models.home_visit import AskedBy
    from foundation.errors import Busy

    version = _version()
    while time.monotonic() < until:
        customer = chance.choice(customers)
        answers = open_windows(customer.branch, demand_for(customer, version))
        windows = [window for answer in answers for window in answer.windows]
        if not windows:
            counts["full"] += 1
            continue
        try:
            book_visit(
                customer=customer,
                version=version,
                window_start=chance.choice(windows[:5]).start,
                key=uuid4().hex,
                asker=Asker(AskedBy.CUSTOMER),
            )
            counts["booked"] += 1
        except (WindowTaken, AlreadyBooked):
            counts["taken"] += 1
        except Busy:
            counts["busy"] += 1
    connection.close()


def _doubles() -> int:
    """Pairs of live promises of one person that overlap, as the rows say."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM branches_commitment a JOIN branches_commitment b"
            " ON a.staff_id = b.staff_id AND a.id < b.id AND a.span && b.span"
            " WHERE a.released_at IS NULL AND b.released_at IS NULL"
        )
        return int(cursor.fetchone()[0])


def _yardstick(full: float) -> float:
    """Milliseconds in which django-appointment lists slots for 16 people and 14 days (median)."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks._django_appointment", str(full)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(answer.stdout.splitlines()[-1])["ms"])


def _version() -> Any:
    from eldercare.models import ServiceVersion

    return ServiceVersion.objects.offered().at_home().order_by("pk").first()


def _customers(branches: list[Any]) -> list[Any]:
    """Those of their customers to whom we come for this, in a random order."""
    from eldercare.eligibility import facts_of, judge
    from eldercare.models import Customer

    rows = Customer.objects.filter(branch__in=branches).select_related("branch").order_by("pk")
    version = _version()
    found = [one for one in rows if judge(one, version, facts_of(one)).may_be_visited]
    random.Random(1).shuffle(found)
    return found


def _print(sizes: dict[str, Any]) -> None:
    columns = ("staff", "filled", "windows_ms_p50", "windows_ms_p95", "yardstick_ms_p50")
    print(f"{'branches':>9}" + "".join(f"{name:>18}" for name in columns) + f"{'ratio':>8}")
    for branches, row in sizes.items():
        cells = "".join(f"{row[name]:>18}" for name in columns)
        print(f"{branches:>9}{cells}{row['yardstick_ratio']:>8}")
        for clients in CLIENTS:
            print(f"{'':9}  {clients} client(s): {row[f'clients_{clients}']}")
