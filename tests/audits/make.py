"""Standards and answers for the tests of this room."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import uuid4

from accounts.models import Region, User
from accounts.roles import Role
from audits import answering, improvements, inspections
from audits.answering import Given
from audits.evidence import Target, add_record
from audits.judging import Value, as_stored
from audits.models import (
    Answer,
    Evidence,
    Improvement,
    Inspection,
    InspectionKind,
    Side,
    StandardVersion,
)
from audits.publishing import publish, standard_of
from audits.standard import Item, Limit, Op, Reading, Standard
from audits.standard_file import bundled, parse, read_file
from audits.states import ImprovementStatus
from audits.units import SLOPE_AS_RATIO, Kind, Quantity, quantity
from branches.models import Branch
from foundation import clock
from tests.make import TODAY, make_branch, make_region, make_user, new_key

STEP = {"m": "0.01", "mm": "1", "s": "1", "min": "1"}


@lru_cache
def _published() -> tuple[Standard, dict[str, Any]]:
    [path] = [path for path in bundled() if path.stem == "elder-branch-1"]
    return read_file(path)


def bundled_standard() -> Standard:
    """The 72 items."""
    return _published()[0]


def bundled_document() -> dict[str, Any]:
    """A copy of the document of the 72 items, to be changed at will."""
    return copy.deepcopy(_published()[1])


def item_document(code: str = "X1", **overrides: Any) -> dict[str, Any]:
    """One item of a small standard: a door that must be 900 mm wide, weight 2."""
    return {
        "code": code,
        "section": code[0],
        "what": {"zh": "门净宽", "en": f"Door width ({code})"},
        "readings": [
            {
                "code": "width",
                "kind": "length",
                "unit": "mm",
                "at_least": "900",
                "words": {"zh": "净宽", "en": "clear width"},
            }
        ],
        "how": {"zh": "卷尺量", "en": "Use a tape"},
        "not_applicable": {"zh": "没有门", "en": "there is no door"},
        "evidence": "none",
        "weight": "2",
        "grade": "proposal",
        "source": {
            "instrument": {"zh": "测试", "en": "test"},
            "clause": "1",
            "seen": "not_seen",
        },
    } | overrides


def small_document(**overrides: Any) -> dict[str, Any]:
    """Two sections with two items each: X1 and X2 weigh 2, Y1 (a must-have) 3, Y2 weighs 1."""
    return {
        "code": "small",
        "version": "1",
        "in_force": "2026-01-01",
        "name": {"zh": "小标准", "en": "small standard"},
        "deadlines": {"critical": "5", "major": "15", "minor": "30"},
        "sections": [
            {"code": "X", "name": {"zh": "甲", "en": "first"}},
            {"code": "Y", "name": {"zh": "乙", "en": "second"}},
        ],
        "grades": [
            {
                "code": "ordinary",
                "name": {"zh": "普通", "en": "ordinary"},
                "score_at_least": "0",
                "section_at_least": "0",
            },
            {
                "code": "demonstration",
                "name": {"zh": "示范", "en": "demonstration"},
                "score_at_least": "75",
                "section_at_least": "50",
                "must_failed_at_most": "0",
                "items": ["X1"],
            },
        ],
        "items": [
            item_document("X1"),
            item_document("X2"),
            item_document("Y1", weight="3", must="true"),
            item_document("Y2", weight="1"),
        ],
    } | overrides


def small_standard(**overrides: Any) -> Standard:
    return parse(small_document(**overrides))


def perfect_values(item: Item, on: date = TODAY) -> dict[str, Value]:
    """Values that lie exactly on every limit of an item, and so pass."""
    values: dict[str, Value] = {}
    for reading in item.readings:
        values[reading.code] = _at_edge(reading, on)
    for reading in item.readings:
        if reading.per:
            other = values[reading.per.of]
            assert isinstance(other, Quantity)
            need = other.base * reading.per.at_least / reading.per.each
            mine = values[reading.code]
            assert isinstance(mine, Quantity)
            whole = max(mine.base, Fraction(-(-need.numerator // need.denominator)))
            values[reading.code] = quantity(reading.kind, str(whole), reading.unit)
    return values


def perfect_answer(item: Item, on: date = TODAY) -> dict[str, Any]:
    """The same as a client sends them."""
    return as_stored(perfect_values(item, on))


def _at_edge(reading: Reading, on: date) -> Value:
    if not reading.limits:
        return _without_limit(reading, on)
    return edge(reading.limits[0], on)


def _without_limit(reading: Reading, on: date) -> Value:
    if reading.kind == Kind.YES_NO:
        return True
    if reading.kind == Kind.DATE:
        return on
    text = "1:4" if reading.unit == SLOPE_AS_RATIO else "400"
    return quantity(reading.kind, text, reading.unit)


def edge(limit: Limit, on: date) -> Value:
    """The last value that a limit lets through."""
    if isinstance(limit.value, bool | Quantity):
        return limit.value
    days = timedelta(days=limit.value)
    return on - days if limit.op == Op.AGE_AT_MOST else on + days


def beyond(limit: Limit, on: date) -> Value:
    """The first value that it does not."""
    if isinstance(limit.value, bool):
        return not limit.value
    if isinstance(limit.value, int):
        day = edge(limit, on)
        assert isinstance(day, date)
        return day - timedelta(days=1)
    assert isinstance(limit.value, Quantity)
    step = Fraction(STEP.get(limit.value.unit, "1"))
    number = Fraction(limit.value.text)
    # 1:11 is steeper than 1:12: the smaller number is the greater slope.
    upwards = (limit.op == Op.AT_MOST) != (limit.value.unit == SLOPE_AS_RATIO)
    text = f"{float(number + step if upwards else number - step):g}"
    return quantity(limit.value.kind, text, limit.value.unit)


@dataclass
class World:
    """A demonstration branch, its people, and the region's officers."""

    region: Region
    branch: Branch
    martha: User
    alice: User
    olga: User
    rita: User
    version: StandardVersion

    def standard(self) -> Standard:
        return standard_of(self.version)


def make_world(document: dict[str, Any] | None = None) -> World:
    """Chengdong with Martha (manager) and Alice (assistant); Olga (officer), Rita (reviewer)."""
    region = make_region()
    branch = make_branch(region)
    return World(
        region=region,
        branch=branch,
        martha=make_user(Role.MANAGER, branches=[branch]),
        alice=make_user(branches=[branch]),
        olga=make_user(Role.OFFICER, region=region),
        rita=make_user(Role.REVIEWER, region=region),
        version=publish(document=document or small_document(code="elder-branch"), actor=None),
    )


def make_inspection(world: World, **overrides: Any) -> Inspection:
    """An inspection by Rita, under way, planned by Olga."""
    start = overrides.pop("start", True)
    works = overrides.pop("last_works_year", None)
    fields: dict[str, Any] = {
        "key": new_key(),
        "branch": world.branch,
        "kind": InspectionKind.PLANNED,
        "day": clock.today(),
        "inspector": world.rita,
        "actor": world.olga,
    } | overrides
    inspection = inspections.plan(**fields)
    if start:
        inspection = inspections.start(
            inspection=inspection, actor=inspection.inspector, last_works_year=works
        )
    return inspection


def say(inspection: Inspection, code: str, values: Any = None, **overrides: Any) -> Answer:
    """One answer by the inspector; a perfect one unless told otherwise."""
    item = standard_of(inspection.version).by_code[code]
    given: dict[str, Any] = {
        "values": perfect_answer(item, clock.today()) if values is None else values
    }
    return answering.answer(
        inspection=inspection,
        item_code=code,
        client_id=overrides.pop("client_id", uuid4()),
        actor=overrides.pop("actor", inspection.inspector),
        given=Given(**(given | overrides)),
    )


def narrow(width: int = 850) -> dict[str, Any]:
    """A door of the small standard that is too narrow."""
    return {"width": {"value": str(width), "unit": "mm"}}


def answer_all(inspection: Inspection, *, failing: tuple[str, ...] = ()) -> None:
    """Every item of the small standard answered; the named ones fail."""
    for item in standard_of(inspection.version).items:
        say(inspection, item.code, narrow() if item.code in failing else None)


def sign_both(inspection: Inspection) -> None:
    for side, name in ((Side.INSPECTOR, ""), (Side.BRANCH, "王经理")):
        inspections.sign(inspection=inspection, side=side, name=name, actor=inspection.inspector)


def make_submitted(world: World, *, failing: tuple[str, ...] = (), **overrides: Any) -> Inspection:
    """An inspection of the small standard from plan to submission."""
    inspection = make_inspection(world, **overrides)
    answer_all(inspection, failing=failing)
    sign_both(inspection)
    return inspections.submit(inspection=inspection, actor=inspection.inspector)


def make_improvement(world: World, code: str = "Y1") -> Improvement:
    """The improvement of one failed item."""
    make_submitted(world, failing=(code,))
    return Improvement.objects.get(branch=world.branch, item_code=code)


def show(improvement: Improvement, actor: User, words: str = "ledger, line 7") -> Evidence:
    """Evidence for an improvement: a record that was seen."""
    return add_record(
        client_id=uuid4(), target=Target(improvement=improvement), words=words, actor=actor
    )


def bring_to(improvement: Improvement, status: ImprovementStatus, world: World) -> Improvement:
    """Walk an improvement along the ordinary way as far as ``status``."""
    steps: list[tuple[ImprovementStatus, Callable[[], Improvement]]] = [
        (
            ImprovementStatus.ANALYSED,
            lambda: improvements.analyse(
                improvement=improvement, analysis="the rail was moved", actor=world.martha
            ),
        ),
        (
            ImprovementStatus.MEASURES_SET,
            lambda: improvements.set_measures(
                improvement=improvement,
                measures="move it back",
                owner=world.alice,
                actor=world.martha,
            ),
        ),
        (
            ImprovementStatus.FIXED,
            lambda: improvements.report_fixed(
                improvement=improvement,
                words="moved back",
                evidence=show(improvement, world.alice),
                actor=world.alice,
            ),
        ),
        (
            ImprovementStatus.RECHECK,
            lambda: improvements.begin_recheck(improvement=improvement, actor=world.olga),
        ),
        (
            ImprovementStatus.CLOSED,
            lambda: improvements.close(
                improvement=improvement,
                words="seen on site",
                evidence=show(improvement, world.olga, "measured 900 mm"),
                actor=world.olga,
            ),
        ),
    ]
    way = list(ImprovementStatus)
    done, wanted = way.index(ImprovementStatus(improvement.status)), way.index(status)
    for reached, step in steps[done:wanted]:
        improvement = step()
        assert improvement.status == reached
    return improvement
