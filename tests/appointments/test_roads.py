"""Minutes by road: two services and their own protocols, a table kept, what is guessed said."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from appointments import plan_runs, roads, travel
from appointments.models import PlanSource, RoadTable
from foundation.geography import Place
from planning.stop import MaxSteps
from tests.appointments.day_plan_town import book_in_the_north, make_neighbours
from tests.appointments.test_day_plans import plan_of
from tests.make import Town

pytestmark = pytest.mark.django_db
SECONDS = 600


class Service(ThreadingHTTPServer):
    """A road service on this machine that knows one answer: ten minutes, and no way to some."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[int, int]] = []
        self.broken = False
        self.no_way_to: set[Place] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def seconds(self, sources: list[Place], targets: list[Place]) -> list[list[float | None]]:
        self.asked.append((len(sources), len(targets)))
        return [
            [0 if a == b else None if b in self.no_way_to else SECONDS for b in targets]
            for a in sources
        ]


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        """OSRM: longitude before latitude, sources and destinations by number."""
        address = urlsplit(self.path)
        where = address.path.removeprefix("/table/v1/driving/").split(";")
        places = [(float(lat), float(lon)) for lon, lat in (one.split(",") for one in where)]
        asked = parse_qs(address.query)
        assert asked["annotations"] == ["duration"]
        sources = [places[int(n)] for n in asked["sources"][0].split(";")]
        targets = [places[int(n)] for n in asked["destinations"][0].split(";")]
        self._say({"code": "Ok", "durations": self.server.seconds(sources, targets)})

    def do_POST(self) -> None:
        """Valhalla: a body of sources and targets, a cell for each pair."""
        assert self.path == "/sources_to_targets"
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["costing"] == "auto"
        sources, targets = (
            [(one["lat"], one["lon"]) for one in asked[name]] for name in ("sources", "targets")
        )
        rows = self.server.seconds(sources, targets)
        cells = [[{"time": time, "distance": 1} for time in row] for row in rows]
        self._say({"sources_to_targets": cells})

    def _say(self, what: dict[str, Any]) -> None:
        body = b"<html>" if self.server.broken else json.dumps(what).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing: a test's output is its own."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_a_region_learns_its_roads_and_keeps_them(
    town: Town, service: Service, settings: Any, kind: str
) -> None:
    make_neighbours(town)
    first, *_rest = book_in_the_north(town)
    home, door = (town.branch.latitude, town.branch.longitude), (first.latitude, first.longitude)
    straight = travel.minutes(home, door)
    settings.NUANBAN_ROADS, settings.NUANBAN_ROADS_URL = kind, service.url
    assert travel.minutes(home, door) == straight, "nothing is learned yet"
    assert travel.guessed([home, door]) == 2
    service.no_way_to = {roads.rounded(door)}

    assert roads.learn(town.region)

    assert RoadTable.objects.get().source == kind
    # Ten minutes as the service says, five for parking; no way there: by the straight line.
    assert travel.minutes(door, home) == 15
    assert travel.minutes(home, door) == straight
    assert travel.minutes(home, home) == 0
    assert travel.guessed([home, door]) == 0
    assert not roads.learn(town.region), "nothing is new"
    assert len(service.asked) == 1

    service.broken = True
    book_in_the_north_again = make_neighbours(town)[0].branch
    assert not roads.learn(town.region)
    new = (book_in_the_north_again.latitude + 0.001, book_in_the_north_again.longitude)
    assert travel.guessed([home, new]) == 1


def test_many_places_are_asked_for_in_blocks(service: Service) -> None:
    places = [(34.0 + n / 1000, 108.9) for n in range(roads.BLOCK + 7)]
    minutes = roads.matrix(roads.Osrm(service.url), places)
    assert service.asked == [(50, 50), (50, 7), (7, 50), (7, 7)]
    assert (minutes[0, 0], minutes[0, 56], minutes.shape) == (0, 10, (57, 57))
    with pytest.raises(roads.RoadsSilent):
        roads.matrix(roads.Osrm("http://127.0.0.1:9/"), places[:2])


def test_plan_says_which_ways_are_guessed(town: Town, service: Service, settings: Any) -> None:
    make_neighbours(town)
    book_in_the_north(town)
    settings.NUANBAN_ROADS, settings.NUANBAN_ROADS_URL = "osrm", service.url
    service.broken = True
    run = plan_runs.ask(plan=plan_of(town), source=PlanSource.ASKED)
    done = plan_runs.work(run.pk, budget=MaxSteps(100))
    assert done is not None
    assert done.after["guessed"] == 6


def test_the_slowest_working_hour_counts(settings: Any) -> None:
    assert travel.pace() == 18
    settings.NUANBAN_KMH_BY_HOUR = {8: 14, 13: 25, 22: 5}
    assert travel.pace() == 14
