"""From a YAML file to a :class:`Standard`, or to the list of everything that is wrong with it."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext_lazy as _

from audits.nodes import Node, Problems, load_text
from audits.standard import (
    Condition,
    EvidenceKind,
    GradeRule,
    Item,
    Limit,
    Op,
    Per,
    Reading,
    Register,
    Section,
    Seen,
    Severity,
    Source,
    SourceGrade,
    Standard,
)
from audits.units import UNITS, Kind, NotAQuantity, WrongUnit, quantity
from foundation.errors import DomainError

FOLDER: Final = Path(__file__).parent / "standards"
DATE_OPS: Final = frozenset({Op.AGE_AT_MOST, Op.LEFT_AT_LEAST})
NUMBER_OPS: Final = frozenset({Op.AT_LEAST, Op.AT_MOST, Op.OVER, Op.UNDER})
LONGEST_DAYS: Final = 3660


class StandardInvalid(DomainError):
    """The file is no standard. ``data["problems"]`` names every wrong line."""

    default_message = _("This standard cannot be used as it is. Please put the named lines right.")


def bundled() -> list[Path]:
    """The files that come with the house, oldest version first."""
    return sorted(FOLDER.glob("*.yaml"))


def read_file(path: Path) -> tuple[Standard, dict[str, Any]]:
    """The standard in a file, and the plain document it was read from.

    Raises:
        StandardInvalid: it is not YAML, or the name is not ``<code>-<version>.yaml``.
    """
    try:
        document = load_text(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StandardInvalid(data={"problems": [f"{path.name}: {error}"]}) from error
    standard = parse(document)
    if path.stem != standard.label:
        raise StandardInvalid(
            data={"problems": [f"{path.name}: must be named {standard.label}.yaml"]}
        )
    return standard, document


def parse(document: Any) -> Standard:
    """The standard that a plain document describes.

    Raises:
        StandardInvalid: with every problem, not only the first.
    """
    problems = Problems()
    root = Node(document, "", problems)
    standard = Standard(
        code=root.text("code"),
        number=root.integer("version", 1, 9999),
        in_force=root.day("in_force"),
        name=root.words("name"),
        sections=root.each("sections", _section),
        items=root.each("items", _item),
        grades=root.each("grades", _grade),
        deadlines=_deadlines(root.child("deadlines")),
    )
    root.close()
    _check_together(standard, problems)
    if problems:
        raise StandardInvalid(data={"problems": list(problems)})
    return standard


def _section(node: Node) -> Section:
    section = Section(node.text("code"), node.words("name"))
    node.close()
    return section


def _deadlines(node: Node) -> dict[Severity, int]:
    days = {severity: node.integer(severity, 1, 250) for severity in Severity}
    node.close()
    return days


def _grade(node: Node) -> GradeRule:
    most = node.integer("must_failed_at_most", 0, 999) if node.has("must_failed_at_most") else None
    rule = GradeRule(
        code=node.text("code"),
        name=node.words("name"),
        score_at_least=node.integer("score_at_least", 0, 100),
        section_at_least=node.integer("section_at_least", 0, 100),
        must_failed_at_most=most,
        items=frozenset(node.texts("items")) if node.has("items") else frozenset(),
    )
    node.close()
    return rule


def _item(node: Node) -> Item:
    item = Item(
        code=node.text("code"),
        section=node.text("section"),
        what=node.words("what"),
        how=node.words("how"),
        readings=node.each("readings", _reading),
        evidence=node.choice("evidence", EvidenceKind),
        weight=node.integer("weight", 1, 3),
        must=node.flag("must", default=False),
        binds_from=node.integer("binds_from", 1990, 2100) if node.has("binds_from") else None,
        not_applicable=node.words("not_applicable") if node.has("not_applicable") else None,
        grade=node.choice("grade", SourceGrade),
        source=_source(node.child("source")),
        register=node.each("register", _register) if node.has("register") else (),
    )
    _check_item(node, item)
    node.close()
    return item


def _source(node: Node) -> Source:
    source = Source(node.words("instrument"), node.text("clause"), node.choice("seen", Seen))
    node.close()
    return source


def _register(node: Node) -> Register:
    register = Register(node.text("reading"), node.text("facility", ""), node.text("stock", ""))
    if bool(register.facility) == bool(register.stock):
        node.wrong("", "names a facility or a stock item, and not both")
    node.close()
    return register


def _reading(node: Node) -> Reading:
    kind = node.choice("kind", Kind)
    unit = node.text("unit", "")
    if unit not in UNITS.get(kind, {"": None}):
        allowed = ", ".join(UNITS.get(kind, {})) or "no unit"
        node.wrong("unit", f"{unit!r} does not measure a {kind}: use {allowed}")
        unit = next(iter(UNITS.get(kind, {"": None})))
    reading = Reading(
        code=node.text("code"),
        words=node.words("words"),
        kind=kind,
        unit=unit,
        limits=_limits(node, kind, unit),
        per=_per(node.child("per")) if node.has("per") else None,
        only_if=_conditions(node.child("only_if")) if node.has("only_if") else (),
        optional=node.flag("optional", default=False),
    )
    node.close()
    return reading


def _limits(node: Node, kind: Kind, unit: str) -> tuple[Limit, ...]:
    found = [limit for op in Op if node.has(op) and (limit := _limit(node, op, kind, unit))]
    low = next((one.value for one in found if one.op == Op.AT_LEAST), None)
    high = next((one.value for one in found if one.op == Op.AT_MOST), None)
    if low is not None and high is not None and low.base > high.base:  # type: ignore[union-attr]
        node.wrong("at_least", "is more than at_most: nothing could ever pass")
    return tuple(found)


def _limit(node: Node, op: Op, kind: Kind, unit: str) -> Limit | None:
    """One comparison, when it makes sense for this kind of reading."""
    fits = {Kind.YES_NO: frozenset({Op.EXPECT}), Kind.DATE: DATE_OPS}.get(kind, NUMBER_OPS)
    if op not in fits:
        node.wrong(op, f"cannot be asked of a {kind}")
        return None
    if op == Op.EXPECT:
        return Limit(op, node.flag(op))
    if op in DATE_OPS:
        return Limit(op, node.integer(op, 0, LONGEST_DAYS))
    try:
        return Limit(op, quantity(kind, node.text(op), unit))
    except NotAQuantity as error:
        node.wrong(op, f"is no {kind} ({error})")
    except WrongUnit:
        pass  # said already, at the unit
    return None


def _per(node: Node) -> Per:
    per = Per(
        of=node.text("of"),
        each=Fraction(node.integer("each", 1, 10_000)),
        at_least=Fraction(node.integer("at_least", 1, 10_000)),
    )
    node.close()
    return per


def _conditions(node: Node) -> tuple[Condition, ...]:
    """``only_if: {rise: {kind: length, unit: mm, over: "300"}}``."""
    found = []
    for code in list(node.keys()):
        child = node.child(code)
        kind, unit = child.choice("kind", Kind), child.text("unit", "")
        for limit in _limits(child, kind, unit):
            found.append(Condition(code, limit))  # noqa: PERF401  # a problem may add none
        child.close()
    return tuple(found)


def _check_item(node: Node, item: Item) -> None:
    codes = [reading.code for reading in item.readings]
    for code in _twice(codes):
        node.wrong("readings", f"{code!r} stands there twice")
    if item.readings and not any(reading.is_judged for reading in item.readings):
        node.wrong("readings", "none has a limit, so nothing could be judged")
    for reading in item.readings:
        _check_looks_at(node, item, reading)
    for known in item.register:
        if known.reading not in codes:
            node.wrong("register", f"{known.reading!r} is no reading of this item")
    if item.binds_from and not item.must:
        node.wrong("binds_from", "says from when a must-have binds, and this is none")


def _check_looks_at(node: Node, item: Item, reading: Reading) -> None:
    """What a reading looks at must be another reading of its item, and of the right kind."""
    kinds = {one.code: one.kind for one in item.readings if one.code != reading.code}
    named = [condition.reading for condition in reading.only_if]
    for other in [*named, *([reading.per.of] if reading.per else [])]:
        if other not in kinds:
            node.wrong("readings", f"{reading.code!r} looks at {other!r}, which is not there")
    for condition in reading.only_if:
        if not _same_sort(kinds.get(condition.reading), condition.limit):
            node.wrong("readings", f"{reading.code!r}: {condition.reading!r} is of another kind")


def _same_sort(kind: Kind | None, limit: Limit) -> bool:
    if kind is None or kind == Kind.YES_NO:
        return kind is None or limit.op == Op.EXPECT
    return not isinstance(limit.value, bool | int) and limit.value.kind == kind


def _check_together(standard: Standard, problems: Problems) -> None:
    sections = [section.code for section in standard.sections]
    items = [item.code for item in standard.items]
    grades = [rule.code for rule in standard.grades]
    for name, codes in (("sections", sections), ("items", items), ("grades", grades)):
        problems.extend(f"{name}: {code!r} stands there twice" for code in _twice(codes))
    problems.extend(
        f"items[{item.code}].section: there is no section {item.section!r}"
        for item in standard.items
        if item.section not in sections
    )
    used = {item.section for item in standard.items}
    problems.extend(f"sections[{code}]: has no item" for code in sections if code not in used)
    for rule in standard.grades:
        problems.extend(
            f"grades[{rule.code}].items: there is no item {code!r}"
            for code in sorted(rule.items - set(items))
        )


def _twice(codes: Iterable[str]) -> list[str]:
    return [code for code, times in Counter(codes).items() if times > 1]
