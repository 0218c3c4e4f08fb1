"""Minutes by road from a service of one's own: OSRM or Valhalla; kept in a table for each region.

A road service is asked by whoever plans a day, never inside a transaction and never while somebody
waits for a page. What it answered is kept in ``RoadTable``; ``appointments.travel`` reads it from
there, and reckons by the straight line for places that are not in it. ``NUANBAN_ROADS`` names the
service (``osrm`` or ``valhalla``; empty: none), ``NUANBAN_ROADS_URL`` where it answers.

Protocols: OSRM 5 ``/table/v1`` (project-osrm.org/docs/v5.24.0/api/#table-service); Valhalla 3
``/sources_to_targets`` (valhalla.github.io/valhalla/api/matrix/api-reference). Both give seconds.
"""

import json
import logging
import urllib.request
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.error import URLError

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Q

from accounts.models import Region
from appointments.models import HomeVisit, RoadTable
from branches.models import Branch
from foundation import clock
from foundation.geography import Place

log = logging.getLogger("nuanban.roads")

Minutes = npt.NDArray[np.float32]
# About ten metres: nearer doors are one place.
DECIMALS = 4
# Places in one question: what the services allow unless told otherwise.
BLOCK = 50
PATIENCE_SECONDS = 20


class RoadsSilent(Exception):
    """The service did not answer, or not with a table."""


class Roads(Protocol):
    """A service that knows the roads."""

    name: str

    def block(self, sources: Sequence[Place], targets: Sequence[Place]) -> Minutes:
        """Minutes of driving, shape (sources, targets); not a number where there is no way.

        Raises:
            RoadsSilent.
        """
        ...


class Osrm:
    """OSRM's table service."""

    name = "osrm"

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def block(self, sources: Sequence[Place], targets: Sequence[Place]) -> Minutes:
        where = ";".join(f"{lon:.6f},{lat:.6f}" for lat, lon in (*sources, *targets))
        first = ";".join(map(str, range(len(sources))))
        last = ";".join(map(str, range(len(sources), len(sources) + len(targets))))
        asked = f"sources={first}&destinations={last}&annotations=duration"
        answer = _ask(f"{self.url}/table/v1/driving/{where}?{asked}")
        if answer.get("code") != "Ok":
            raise RoadsSilent(str(answer.get("code")))
        return _table(answer.get("durations"), (len(sources), len(targets)))


class Valhalla:
    """Valhalla's matrix service."""

    name = "valhalla"

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def block(self, sources: Sequence[Place], targets: Sequence[Place]) -> Minutes:
        asked = {
            "sources": [{"lat": lat, "lon": lon} for lat, lon in sources],
            "targets": [{"lat": lat, "lon": lon} for lat, lon in targets],
            "costing": "auto",
        }
        answer = _ask(f"{self.url}/sources_to_targets", json.dumps(asked).encode())
        rows = answer.get("sources_to_targets")
        if not isinstance(rows, list):
            raise RoadsSilent(str(answer.get("error")))
        seconds = [[cell.get("time") for cell in row] for row in rows]
        return _table(seconds, (len(sources), len(targets)))


def service() -> Roads | None:
    """The road service of this house, if it has one."""
    kinds: dict[str, type[Osrm | Valhalla]] = {"osrm": Osrm, "valhalla": Valhalla}
    kind = kinds.get(settings.NUANBAN_ROADS)
    return kind(settings.NUANBAN_ROADS_URL) if kind is not None else None


def learn(region: Region) -> bool:
    """Ask for what the region's table lacks: its branches, and the doors of visits ahead.

    True when the table was made anew. A service that is silent changes nothing: the old table
    serves on, and places that it lacks are reckoned by the straight line.
    """
    roads = service()
    if roads is None:
        return False
    places = places_of(region)
    known = RoadTable.objects.filter(region=region, source=roads.name).first()
    if known is not None and {tuple(place) for place in known.places} >= set(places):
        return False
    try:
        minutes = matrix(roads, places)
    except RoadsSilent as silence:
        log.warning("no answer about roads: %s", silence)
        return False
    RoadTable.objects.update_or_create(
        region=region,
        defaults={
            "source": roads.name,
            "places": [list(place) for place in places],
            "minutes": minutes.tobytes(),
            "learned_at": clock.now(),
        },
    )
    return True


def places_of(region: Region) -> list[Place]:
    """A region's branches and the doors of its visits ahead, each once."""
    branches = Branch.objects.filter(region=region, is_active=True)
    ahead = HomeVisit.objects.live().filter(Q(branch__region=region))
    found = {
        rounded(place)
        for rows in (branches, ahead)
        for place in rows.order_by().values_list("latitude", "longitude")
    }
    return sorted(found)


def matrix(roads: Roads, places: Sequence[Place]) -> Minutes:
    """Minutes between all places, asked block by block.

    Raises:
        RoadsSilent: any block was not answered.
    """
    minutes = np.full((len(places), len(places)), np.nan, dtype=np.float32)
    starts = range(0, len(places), BLOCK)
    for row in starts:
        for column in starts:
            here, there = places[row : row + BLOCK], places[column : column + BLOCK]
            minutes[row : row + BLOCK, column : column + BLOCK] = roads.block(here, there)
    return minutes


def rounded(place: Place) -> Place:
    """A place as the table names it."""
    return round(place[0], DECIMALS), round(place[1], DECIMALS)


def _ask(url: str, body: bytes | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            said = json.load(answer)
    except (URLError, OSError, ValueError) as error:
        raise RoadsSilent(type(error).__name__) from error
    if not isinstance(said, dict):
        raise RoadsSilent("not an object")
    return said


def _table(seconds: Any, shape: tuple[int, int]) -> Minutes:
    try:
        table = np.array(seconds, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise RoadsSilent("not a table") from error
    if table.shape != shape:
        raise RoadsSilent(f"a table of {table.shape}")
    return table / np.float32(60)
