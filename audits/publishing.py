"""A version of the standard, from a file to sealed rows, and what differs between two of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from audits.models import ChecklistItem, StandardVersion
from audits.standard import GradeRule, Item, Standard
from audits.standard_file import parse, read_file
from foundation import clock
from foundation.errors import DomainError, ErrorCode
from foundation.locks import locking

Part = Item | GradeRule

_parsed: Final[dict[str, Standard]] = {}


class AlreadyPublished(DomainError):
    """Another text stands under this number already."""

    code = ErrorCode.MOVE_REFUSED
    http_status = 409
    default_message = _("This version is published and can no longer change. Give it a new number.")


class NoStandard(DomainError):
    code = ErrorCode.NOT_FOUND
    http_status = 404
    default_message = _("No standard is in force on this day. Please publish one first.")


@dataclass(frozen=True)
class Change:
    """One difference between two versions. ``kind``: added, removed or changed.

    ``code`` is an item's, a grade's or ``deadlines``; ``what`` names the changed parts.
    """

    kind: str
    code: str
    what: tuple[str, ...] = ()


def publish_file(*, path: Path, actor: User | None) -> StandardVersion:
    """Read a YAML file and publish it.

    Raises:
        StandardInvalid, AlreadyPublished, NotAllowed: as for :func:`publish`.
    """
    _standard, document = read_file(path)
    return publish(document=document, actor=actor)


def publish(*, document: dict[str, Any], actor: User | None) -> StandardVersion:
    """Store a document as a sealed version. The same document again is the same version.

    ``actor`` is None for the versions that come with the house.

    Raises:
        StandardInvalid: the document is no standard.
        AlreadyPublished: its number is taken by another text.
        NotAllowed.
    """
    if actor is not None:
        require(actor, Permission.PUBLISH_STANDARD)
    standard = parse(document)
    digest = hashlib.sha256(_canonical(document)).hexdigest()
    with locking():
        row, created = StandardVersion.objects.get_or_create(
            code=standard.code,
            number=standard.number,
            defaults={
                "name_zh": standard.name.zh,
                "name_en": standard.name.en,
                "in_force": standard.in_force,
                "document": document,
                "digest": digest,
                "published_at": clock.now(),
                "published_by": actor,
            },
        )
        if row.digest != digest:
            raise AlreadyPublished
        if created:
            _store_items(row, standard)
            row.sealed = True
            row.save(update_fields=["sealed"])
    return row


def standard_of(version: StandardVersion) -> Standard:
    """The frozen standard of a published version; parsed once, for it never changes."""
    if version.digest not in _parsed:
        _parsed[version.digest] = parse(version.document)
    return _parsed[version.digest]


def current_version(on: date | None = None, code: str = "elder-branch") -> StandardVersion:
    """The newest published version that is in force on this day (today).

    Raises:
        NoStandard: there is none.
    """
    version = (
        StandardVersion.objects.published()
        .filter(code=code, in_force__lte=on or clock.today())
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NoStandard
    return version


def difference(old: Standard, new: Standard) -> list[Change]:
    """What a reader of the new version must know: items, grades and deadlines, in its order."""
    changes = _compared(old.by_code, new.by_code)
    changes += _compared({r.code: r for r in old.grades}, {r.code: r for r in new.grades})
    days = tuple(
        severity.value
        for severity in new.deadlines
        if old.deadlines[severity] != new.deadlines[severity]
    )
    return [*changes, *([Change("changed", "deadlines", days)] if days else [])]


def _compared(old: Mapping[str, Part], new: Mapping[str, Part]) -> list[Change]:
    changes = []
    for code, after in new.items():
        before = old.get(code)
        if before is None:
            changes.append(Change("added", code))
        elif before != after:
            parts = (part.name for part in fields(after))
            what = tuple(p for p in parts if getattr(before, p) != getattr(after, p))
            changes.append(Change("changed", code, what))
    return changes + [Change("removed", code) for code in old if code not in new]


def _store_items(row: StandardVersion, standard: Standard) -> None:
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            version=row,
            code=item.code,
            section=item.section,
            position=position,
            what_zh=item.what.zh,
            what_en=item.what.en,
            weight=item.weight,
            must=item.must,
            grade=item.grade.value,
        )
        for position, item in enumerate(standard.items)
    )


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False).encode()
