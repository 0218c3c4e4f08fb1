"""Minutes between places, with no map service: distance times detour divided by speed.

The figures are settings (``NUANBAN_TRAVEL``). 1.35 is a usual detour factor for Chinese city
grids; 18 km/h is door-to-door in town traffic, parking and stairs come on top.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.conf import settings

from foundation.geography import EARTH_KM, Place

UNREACHABLE = 9999


def minutes(a: Place, b: Place) -> int:
    """Whole minutes from door to door, rounded up; 0 for the same place."""
    return int(table([a, b])[0, 1])


def table(places: Sequence[Place]) -> npt.NDArray[np.int64]:
    """Minutes between all places, shape (n, n), rounded up; ``UNREACHABLE`` beyond reach."""
    figures = settings.NUANBAN_TRAVEL
    degrees = np.radians(np.array(places, dtype=float).reshape(-1, 2))
    lat, lon = degrees[:, 0], degrees[:, 1]
    d_lat = lat[:, None] - lat[None, :]
    d_lon = lon[:, None] - lon[None, :]
    h = (
        np.sin(d_lat / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(d_lon / 2) ** 2
    )
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    road = km * figures["detour"]
    travel = np.ceil(road / figures["kmh"] * 60 + figures["parking_minutes"])
    travel = np.where(km < 0.01, 0, travel)
    travel = np.where(km > figures["reach_km"], UNREACHABLE, travel)
    return travel.astype(np.int64)
