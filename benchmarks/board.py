"""Board: fifty screens of one lobby, against drawing the board for each; and dispatch alone.

Screens ask as browsers do, through sign-in and middleware, every eight seconds; somebody comes, is
taken or goes home now and then. What counts is processor seconds for each minute of the lobby.
"""

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any
from unittest.mock import patch
from uuid import uuid4

SCREENS, EVERY_SECONDS = 50, 8
ASSISTANTS = 12
WAITING = (40, 400)
CHANGES = 4
"""Arrivals, takes and ends a minute: a busy lobby of twelve assistants."""


def main() -> dict[str, Any]:
    """Fill a lobby of each size, let the screens look, print a table, return the figures."""
    options = _options()
    figures: dict[str, Any] = {"screens": options.screens, "lobbies": {}}
    for waiting in WAITING:
        figures["lobbies"][str(waiting)] = _measure(waiting, options)
    _print(figures["lobbies"], options.screens)
    if options.json:
        print(json.dumps(figures))
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", type=int, default=SCREENS, help="how many look on")
    parser.add_argument("--minutes", type=int, default=1, help="how long the lobby is looked at")
    parser.add_argument("--json", action="store_true", help="the figures as a last line")
    return parser.parse_args()


def _measure(waiting: int, options: argparse.Namespace) -> dict[str, float]:
    from django.conf import settings
    from django.test import Client

    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    opens = _next_morning()
    with patch("foundation.clock.now", lambda: opens):
        branch, manager = _fill(waiting)
        dispatch = _dispatch(branch)
    address = f"/desk/{branch.code}/"
    screens = [Client(headers={"HX-Request": "true"}) for _ in range(options.screens)]
    for screen in screens:
        screen.force_login(manager)
    changes = _changes(branch, manager)
    ours = _look_on(address, screens, changes, options.minutes, opens, naive=False)
    later = opens + timedelta(minutes=options.minutes)
    naive = _look_on(address, screens, changes, options.minutes, later, naive=True)
    return {
        "dispatch_ms": round(dispatch, 2),
        "poll_p50_ms": round(statistics.median(ours) * 1000, 2),
        "poll_p95_ms": round(statistics.quantiles(ours, n=20)[-1] * 1000, 2),
        "seconds_a_minute": round(sum(ours) / options.minutes, 2),
        "naive_seconds_a_minute": round(sum(naive) / options.minutes, 2),
        "ratio": round(sum(naive) / sum(ours), 1),
    }


def _look_on(
    address: str,
    screens: Sequence[Any],
    changes: Callable[[], None],
    minutes: int,
    opens: datetime,
    *,
    naive: bool,
) -> list[float]:
    """Processor seconds of each look. ``naive``: every look reads and draws a board of its own."""
    from web.desk import lobby, shared_board

    drawn = _drawn_anew if naive else shared_board.drawn
    for screen in screens:
        # A client's first request sets its middleware up, which no browser pays for.
        screen.get(address)
    seen, taken = [""] * len(screens), []
    steps = minutes * 60 * len(screens) // EVERY_SECONDS
    change_every = max(1, steps // (CHANGES * minutes))
    for step in range(steps):
        moment = opens + timedelta(seconds=step * EVERY_SECONDS / len(screens))
        with (
            patch("foundation.clock.now", lambda moment=moment: moment),
            patch.object(lobby, "drawn", drawn),
        ):
            if step % change_every == change_every - 1:
                changes()
            which = step % len(screens)
            begun = time.process_time()
            answer = screens[which].get(address, {"seen": "" if naive else seen[which]})
            taken.append(time.process_time() - begun)
        if answer.status_code == 200:
            seen[which] = _stamp(answer)
        elif answer.status_code != 204:
            raise RuntimeError(f"the board answers {answer.status_code}")
    return taken


def _drawn_anew(user: Any, branch: Any, stamp: str) -> str:
    """What ``drawn`` does, for this one look."""
    from django.template.loader import render_to_string

    from web.desk.access import own_staff
    from web.desk.board import read_board
    from web.desk.shared_board import board_context

    me = own_staff(user, branch)
    board = read_board(user, branch)
    context = board_context(board, stamp, me_pk=me.pk if me else None, may_run=True)
    return render_to_string("desk/_board.html", context)


def _stamp(answer: Any) -> str:
    """What the board will say that it has seen when it asks for itself again."""
    found = re.search(r"\?seen=([\w-]+)", answer.content.decode())
    if found is None:
        raise RuntimeError("the board does not say what it shows")
    return found.group(1)


def _changes(branch: Any, manager: Any) -> Callable[[], None]:
    """Somebody comes, the next is taken, or whoever was taken goes home: one at a call."""
    from eldercare import escorts
    from eldercare.models import Escort
    from eldercare.states import EscortStatus

    people, turn = list(branch.staff.order_by("badge")), [0]

    def change() -> None:
        turn[0] += 1
        here = Escort.objects.filter(branch=branch).order_by("arrived_at")
        if turn[0] % 3 == 0:
            _arrive(branch, manager, f"guest {turn[0]}")
        elif turn[0] % 3 == 1:
            one = here.filter(status=EscortStatus.WAITING)[0]
            escorts.take(escort=one, assistant=people[0], actor=manager)
        else:
            one = here.filter(status=EscortStatus.ACCOMPANIED)[0]
            escorts.finish(escort=one, outcome="done", kit_given=False, actor=manager)

    return change


def _dispatch(branch: Any, repeat: int = 30) -> float:
    """Median milliseconds of working out who should go to whom, once the rows are read."""
    from eldercare import dispatch, lobby
    from eldercare.models import Escort

    asked: list[tuple[Any, ...]] = []
    rows = list(Escort.objects.filter(branch=branch).select_related("service_version", "customer"))

    def note(*args: Any, **kwargs: Any) -> list[Any]:
        asked.append((*args, kwargs["keep_free"]))
        return []

    with patch.object(dispatch, "propose", note):
        lobby.suggestions(branch, rows)
    waiting, staff, keep_free = asked[0]
    taken = []
    for _ in range(repeat):
        begun = time.perf_counter()
        dispatch.propose(waiting, staff, keep_free=keep_free)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _fill(waiting: int) -> tuple[Any, Any]:
    """A branch of twelve assistants on duty, and so many people who wait."""
    from accounts.models import User
    from accounts.roles import Role
    from demo.population import Size, populate, region_of

    region = region_of(f"BD{waiting}", "基准分行", "Benchmark region")
    [branch] = populate(size=Size(1, ASSISTANTS, 0), seed=waiting, region=region)
    manager = User.objects.create(
        username=f"board-{waiting}", full_name="bench", role=Role.MANAGER, region=region
    )
    manager.branches.add(branch)
    for number in range(waiting):
        _arrive(branch, manager, f"guest {number}", minutes_ago=number % 50)
    return branch, manager


def _arrive(branch: Any, manager: Any, nickname: str, minutes_ago: int = 0) -> None:
    from eldercare import escorts
    from eldercare.models.customer import Need
    from foundation import clock

    wanted = [Need.values[len(nickname) % len(Need.values)]] if minutes_ago % 3 == 0 else []
    escorts.log_arrival(
        client_key=str(uuid4()),
        branch=branch,
        service_version=_service(branch.region),
        actor=manager,
        nickname=nickname,
        needs=wanted,
        at=clock.now() - timedelta(minutes=minutes_ago),
    )


def _service(region: Any) -> Any:
    from accounts.models import User
    from accounts.roles import Role
    from demo import services
    from eldercare.queries import services_at_branch

    offered = services_at_branch().first()
    if offered is None:
        three = [
            User.objects.create(
                username=f"let-through-{n}", full_name="bench", role=role, region=region
            )
            for n, role in enumerate((Role.OFFICER, Role.REVIEWER, Role.REVIEWER))
        ]
        services.more_services(*three)
        offered = services_at_branch().first()
    return offered


def _next_morning() -> datetime:
    """Ten o'clock of the next Wednesday, when everybody is on duty."""
    from branches.queries import local_moment
    from foundation import clock

    today = clock.today()
    return local_moment(today + timedelta(days=(2 - today.weekday()) % 7 or 7), clock_time(10))


def _print(lobbies: dict[str, dict[str, float]], screens: int) -> None:
    print(
        f"{'waiting':>8}{'dispatch':>12}{'poll p50':>12}{'p95':>10}"
        f"{f'{screens} screens':>14}{'drawn for each':>16}{'ratio':>8}"
    )
    for waiting, one in lobbies.items():
        print(
            f"{waiting:>8}{one['dispatch_ms']:>9.2f} ms{one['poll_p50_ms']:>9.1f} ms"
            f"{one['poll_p95_ms']:>7.1f} ms{one['seconds_a_minute']:>10.2f} s/m"
            f"{one['naive_seconds_a_minute']:>12.2f} s/m{one['ratio']:>7.1f}x"
        )


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
