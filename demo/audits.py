"""Believable inspections: planned, under way, submitted. Every answer goes the way a phone's does,
so the scores and the findings are the program's own."""

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from PIL import Image

from accounts.models import Region, User
from accounts.roles import Role
from audits import answering, inspections
from audits.answering import Given
from audits.evidence import Target, add_photo
from audits.judging import as_stored
from audits.models import Inspection, InspectionKind, Side
from audits.publishing import publish_file, standard_of
from audits.standard import EvidenceKind, Item, Limit, Op, Reading
from audits.standard_file import bundled
from audits.units import Kind, quantity
from branches.calendar import add_working_days
from branches.models import Branch
from foundation import clock

SUBMITTED, UNDER_WAY = 2, 1
ANSWERED_SO_FAR: Final = 25
FAILS_ONE_IN: Final = 9
PLENTY: Final = "400"


def load(branches: Sequence[Branch], officer: User, inspector: User, *, seed: int) -> int:
    """Two submitted, one under way, the rest planned, announced or not in turn; each once."""
    chance = random.Random(seed)  # noqa: S311  # believable, not secret
    day = clock.today()
    for number, branch in enumerate(branches):
        later = number - SUBMITTED - UNDER_WAY
        row = inspections.plan(
            key=f"demo:{branch.code}",
            branch=branch,
            kind=InspectionKind.SPOT if later % 2 else InspectionKind.PLANNED,
            day=add_working_days(day, 2 * later + 3) if later >= 0 else day,
            inspector=inspector,
            actor=officer,
            announced=later % 2 == 0 or later < 0,
        )
        if later >= 0 or row.status != "planned":
            continue
        row = inspections.start(inspection=row, actor=inspector, last_works_year=2019)
        items = standard_of(row.version).items
        if number < SUBMITTED:
            _answer(row, items, chance)
            _end(row)
        else:
            _answer(row, items[:ANSWERED_SO_FAR], chance)
    return len(branches)


def inspect(branches: Sequence[Branch], region: Region, seed: int) -> int:
    """The same for a region that has nobody yet: an officer and an inspector who cannot sign in."""
    for path in bundled():
        publish_file(path=path, actor=None)
    roles = {
        "officer": ("检查主管(演示)", Role.OFFICER),
        "inspector": ("检查员(演示)", Role.REVIEWER),
    }
    officer, inspector = (
        User.objects.get_or_create(
            username=f"{region.code.lower()}-{name}",
            defaults={"full_name": full_name, "role": role, "region": region, "password": "!"},
        )[0]
        for name, (full_name, role) in roles.items()
    )
    return load(branches, officer, inspector, seed=seed)


def _answer(row: Inspection, items: Sequence[Item], chance: random.Random) -> None:
    rows = {item.code: item for item in row.version.items.all()}
    for item in items:
        fails = chance.randrange(FAILS_ONE_IN) == 0
        answering.answer(
            inspection=row,
            item_code=item.code,
            client_id=uuid4(),
            given=Given(values=_values(item, fails=fails), note="现场查看(演示)"),
            actor=row.inspector,
        )
        if item.evidence == EvidenceKind.PHOTO:
            target = Target(inspection=row, item=rows[item.code])
            add_photo(client_id=uuid4(), target=target, data=_photo(), actor=row.inspector)


def _end(row: Inspection) -> None:
    for side, name in ((Side.INSPECTOR, ""), (Side.BRANCH, "网点负责人(演示)")):
        inspections.sign(inspection=row, side=side, name=name, actor=row.inspector)
    inspections.submit(inspection=row, actor=row.inspector)


def _values(item: Item, *, fails: bool) -> dict[str, Any]:
    """Readings that lie on their limits; the first yes or no is a no when the item is to fail."""
    values: dict[str, Any] = {}
    for reading in item.readings:
        fails_here = fails and reading.kind == Kind.YES_NO and reading.is_judged
        values |= as_stored({reading.code: _value(reading, fails=fails_here)})
        fails = fails and not fails_here
    return values


def _value(reading: Reading, *, fails: bool) -> Any:
    limit = reading.limits[0] if reading.limits else None
    if reading.kind == Kind.YES_NO:
        expected = limit is None or limit.value is True
        return expected != fails
    if reading.kind == Kind.DATE:
        return clock.today() + _days(limit)
    if limit is not None:
        return limit.value
    return quantity(reading.kind, PLENTY if reading.per else "4", reading.unit)


def _days(limit: Limit | None) -> timedelta:
    return timedelta(days=365 if limit is not None and limit.op == Op.LEFT_AT_LEAST else 0)


@cache
def _photo() -> bytes:
    """A grey picture: it stands for a photo, and says so by showing nothing."""
    written = BytesIO()
    Image.new("RGB", (96, 72), "lightslategrey").save(written, "JPEG")
    return written.getvalue()
