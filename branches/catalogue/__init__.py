"""The catalogues of facilities and supplies: data beside the code, loaded into rows."""

from pathlib import Path
from typing import Any, Final

import yaml
from django.db import transaction

from branches.kits import define_kit
from branches.models import FacilityType, StockItem

FACILITIES: Final = Path(__file__).with_name("facilities.yaml")
SUPPLIES: Final = Path(__file__).with_name("supplies.yaml")


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


def load_supplies() -> int:
    """Bring supplies and kits up to the file; how many it names.

    A kit that a region has defined otherwise keeps its definition.
    """
    data = yaml.safe_load(SUPPLIES.read_text(encoding="utf-8"))
    with transaction.atomic():
        items = {line["code"]: _item(line) for line in data["items"]}
        for line in data["kits"]:
            kit = _item(line)
            if not kit.components.exists():
                define_kit(kit=kit, components={items[code]: n for code, n in line["of"].items()})
    return len(data["items"]) + len(data["kits"])


def _item(line: dict[str, Any]) -> StockItem:
    item, _created = StockItem.objects.update_or_create(
        code=line["code"],
        defaults={
            "name_zh": line["zh"],
            "name_en": line["en"],
            "holds_zh": line.get("holds_zh", ""),
            "holds_en": line.get("holds_en", ""),
            "has_expiry": line.get("expiry", False),
        },
    )
    return item


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
        "is_lent": line.get("lent", False),
        "unit": unit,
        "at_least": at_least,
        "at_most": at_most,
        "inspect_every_days": line.get("inspect"),
        "has_expiry": line.get("expiry", False),
        "promised_everywhere": everywhere,
        "promised_demonstration": everywhere or line.get("demonstration", False),
    }
