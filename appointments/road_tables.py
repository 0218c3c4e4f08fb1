"""The road tables of all regions, read from their rows and kept in memory until they are new."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from appointments.models import RoadTable
from foundation.geography import Place

Table = tuple[Mapping[Place, int], npt.NDArray[np.float32]]
_kept: tuple[tuple[datetime | None, int], list[Table]] = ((None, 0), [])


def tables() -> list[Table]:
    """Rows of the places, and the minutes between them; one small query when nothing is new."""
    global _kept
    newest = RoadTable.objects.aggregate(at=Max("learned_at"))["at"]
    mark = (newest, RoadTable.objects.count() if newest else 0)
    if mark != _kept[0]:
        _kept = (mark, [_read(row) for row in RoadTable.objects.order_by("pk")])
    return _kept[1]


def _read(row: RoadTable) -> Table:
    places = {(lat, lon): number for number, (lat, lon) in enumerate(row.places)}
    minutes = np.frombuffer(bytes(row.minutes), dtype=np.float32)
    return places, minutes.reshape(len(row.places), len(row.places))
