"""Customers: search by phone, last four digits and name among a million, against a full scan."""

import argparse
import json
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

ROWS = 1_000_000
BATCH = 20_000
GOAL = 0.1
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "秀英桂兰玉珍淑芳建国志强国庆文华凤霞振海德福"


def main() -> dict[str, Any]:
    """Fill a branch, time each search and a full scan, print a table, return the figures."""
    options = _options()
    officer = _fill(options.rows)
    scan = _time(_scan, min(3, options.repeat))
    searches = {
        name: {"ms": (ms := _time(read, options.repeat)), "of_scan": round(ms / scan, 5)}
        for name, read in _searches(officer, options.rows).items()
    }
    figures = {
        "rows": options.rows,
        "scan_ms": scan,
        "searches": searches,
        "goal_of_scan": GOAL,
        "goal_met": all(one["of_scan"] < GOAL for one in searches.values()),
    }
    _print(figures)
    if options.json:
        print(json.dumps(figures))
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many customers")
    parser.add_argument("--repeat", type=int, default=9, help="how often each search is made")
    parser.add_argument("--json", action="store_true", help="the figures as a last line")
    return parser.parse_args()


def _searches(officer: Any, rows: int) -> dict[str, Callable[[], object]]:
    from eldercare.duplicates import candidates, search

    phone, name = _phone(rows // 2), _name(rows // 2)
    return {
        "whole phone": lambda: list(search(officer, phone)[:50]),
        "last four digits, 50 rows": lambda: list(search(officer, phone[-4:])[:50]),
        "name in characters, 50 rows": lambda: list(search(officer, name)[:50]),
        "name in pinyin, 50 rows": lambda: list(search(officer, _pinyin(name))[:50]),
        "possible duplicates by phone": lambda: candidates(officer, phone=phone),
    }


def _scan() -> None:
    """What it would cost without an index: every row is looked at."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        cursor.execute(
            "SELECT count(*) FROM eldercare_customer WHERE phone_index = %s OR name_key = %s",
            ["0" * 64, "0" * 64],
        )


def _time(read: Callable[[], object], repeat: int) -> float:
    """Milliseconds, the median of some readings after one to warm up."""
    read()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        read()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 3)


def _fill(rows: int) -> Any:
    from django.db import connection

    from accounts.models import Region, User
    from accounts.roles import Role
    from branches.models import Branch

    code = secrets.token_hex(4)
    region = Region.objects.create(code=code, name_zh="基准", name_en="benchmark")
    branch = Branch.objects.create(
        region=region,
        code=code,
        name_zh="基准",
        name_en="benchmark",
        kind="ordinary",
        address="",
        phone="95555",
        latitude=34.26,
        longitude=108.94,
    )
    for start in range(0, rows, BATCH):
        # A list: making a row may ask for the time, and the connection is taken while it copies.
        _copy(list(_rows(branch.pk, range(start, min(rows, start + BATCH)))))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE eldercare_customer")
    return User(username="bench", full_name="bench", role=Role.OFFICER, region=region)


def _copy(rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from eldercare.models import Customer

    names = [field.column for field in _fields(Customer)]
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f"COPY eldercare_customer ({columns}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _rows(branch: int, numbers: range) -> Iterator[tuple[Any, ...]]:
    """Rows as the database keeps them. One sealed address serves all: sealing is not measured."""
    from django.db import connection

    from eldercare.models import Customer
    from foundation.encryption import encrypt

    sealed = encrypt("幸福小区3号楼2单元101")
    keys: dict[str, str] = {}
    fields = _fields(Customer)
    for number in numbers:
        row = Customer(branch_id=branch, name=_name(number), birth_year=1931 + number % 35)
        row.set_phone(_phone(number))
        key_of = Customer._meta.get_field("name_key").key_of
        row.name_key = keys.get(row.name) or keys.setdefault(row.name, key_of(row.name))
        ready = {"phone": sealed, "address": sealed}
        yield tuple(
            ready.get(field.column)
            or field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in fields
        )


def _fields(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _phone(number: int) -> str:
    return f"16{number * 7919 % 1_000_000_000:09d}"


def _name(number: int) -> str:
    chance = number * 2654435761 % 2**32
    one, two, three = chance % 20, chance // 20 % 22, chance // 440 % 22
    return SURNAMES[one] + GIVEN[two] + GIVEN[three]


def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))


def _print(figures: dict[str, Any]) -> None:
    print(f"{figures['rows']:,} customers; a full scan takes {figures['scan_ms']:.1f} ms")
    print(f"{'search':<32}{'ms':>10}{'of a scan':>12}")
    for name, one in figures["searches"].items():
        print(f"{name:<32}{one['ms']:>10.2f}{one['of_scan']:>11.2%}")
    print(f"under {GOAL:.0%} of a scan: {'yes' if figures['goal_met'] else 'NO'}")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
