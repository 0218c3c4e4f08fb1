"""Minutes between places: by road where a road service has told them, else by the straight line.

The straight line is distance times detour divided by speed. The figures are settings
(``NUANBAN_TRAVEL``). 1.35 is a usual detour factor for Chinese city grids; 18 km/h is door-to-door
in town traffic. A proof must hold at any hour of the day, so the speed is that of the slowest
working hour (``NUANBAN_KMH_BY_HOUR``); parking and stairs come on top of both.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.conf import settings

from appointments.road_tables import tables
from appointments.roads import rounded
from foundation.geography import EARTH_KM, Place

UNREACHABLE = 9999
WORKING_HOURS = range(8, 18)


def minutes(a: Place, b: Place) -> int:
    """Whole minutes from door to door, rounded up; 0 for the same place."""
    return int(table([a, b])[0, 1])


def table(places: Sequence[Place]) -> npt.NDArray[np.int64]:
    """Minutes between all places, shape (n, n), rounded up; ``UNREACHABLE`` beyond reach."""
    figures = settings.NUANBAN_TRAVEL
    km = _kilometres(places)
    driving = km * figures["detour"] / pace() * 60
    if settings.NUANBAN_ROADS:
        driving = _by_road(places, driving)
    travel = np.ceil(driving + figures["parking_minutes"])
    travel = np.where(km < 0.01, 0, travel)
    travel = np.where(km > figures["reach_km"], UNREACHABLE, travel)
    return travel.astype(np.int64)


def pace() -> float:
    """Kilometres an hour in the slowest working hour."""
    usual, by_hour = settings.NUANBAN_TRAVEL["kmh"], settings.NUANBAN_KMH_BY_HOUR
    return float(min(by_hour.get(hour, usual) for hour in WORKING_HOURS))


def guessed(places: Sequence[Place]) -> int:
    """How many of these places a road service has been asked for in vain, or not yet.

    0 in a house without a road service: there the straight line is no makeshift.
    """
    if not settings.NUANBAN_ROADS:
        return 0
    known = _known_places()
    return sum(place not in known for place in _rounded(places))


def _kilometres(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Great-circle distances between all places; the haversine formula."""
    degrees = np.radians(np.array(places, dtype=float).reshape(-1, 2))
    lat, lon = degrees[:, 0], degrees[:, 1]
    d_lat = lat[:, None] - lat[None, :]
    d_lon = lon[:, None] - lon[None, :]
    h = (
        np.sin(d_lat / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(d_lon / 2) ** 2
    )
    half: npt.NDArray[np.float64] = np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    return 2 * EARTH_KM * half


def _by_road(places: Sequence[Place], straight: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The straight line's minutes with those put in that a road service has told."""
    driving = straight.copy()
    names = _rounded(places)
    for rows, known in tables():
        here = np.array([rows.get(name, -1) for name in names])
        found = np.flatnonzero(here >= 0)
        told = known[np.ix_(here[found], here[found])]
        within = np.ix_(found, found)
        driving[within] = np.where(np.isnan(told), driving[within], told)
    return driving


def _known_places() -> set[Place]:
    return {place for rows, _known in tables() for place in rows}


def _rounded(places: Sequence[Place]) -> list[Place]:
    return [rounded(place) for place in places]
