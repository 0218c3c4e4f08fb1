"""The catalogue of facilities: data beside the code, loaded into rows."""

from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from branches.models import FacilityType

FACILITIES: Final = Path(__file__).with_name("facilities.yaml")


def load() -> int:
    """Bring the facility types up to the file; how many it names.

    A type that a region has added stays, and so does one that the file no longer names: branches
    may have it. Run again, it changes nothing.
    """
    with transaction.atomic():
        lines = read(FACILITIES)
        for position, line in enumerate(lines):
            FacilityType.objects.update_or_create(
                code=line["code"], defaults=_fields(line) | {"position": position}
            )
    return len(lines)


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a catalogue file."""
    lines: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return lines


def _fields(line: dict[str, Any]) -> dict[str, Any]:
    at_least, at_most, unit = line.get("size", (None, None, ""))
    everywhere = line.get("everywhere", False)
    return {
        "name_zh": line["zh"],
        "name_en": line["en"],
        "group": line["group"],
        "demand_zh": line.get("demand_zh", ""),
        "demand_en": line.get("demand_en", ""),
        "authority": line["authority"],
        "source": line.get("source", ""),
        "minimum": line.get("minimum", 1),
        "unit": unit,
        "at_least": at_least,
        "at_most": at_most,
        "inspect_every_days": line.get("inspect"),
        "has_expiry": line.get("expiry", False),
        "promised_everywhere": everywhere,
        "promised_demonstration": everywhere or line.get("demonstration", False),
    }
