"""``bin/serve`` for real: it starts, it is the only one, it ends, it gets over what it suffered.

One folder serves all tests of this file, so that only the first start makes a database.
"""

import json
import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.ops.launcher import READY, Launcher, gone

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    # Not pytest's own: PostgreSQL's account cannot enter that.
    folder = Path(tempfile.mkdtemp(prefix="nuanban-serve-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def launchers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(launchers: ExitStack, var: Path, *arguments: str) -> Launcher:
    launcher = Launcher(var, *arguments)
    launchers.callback(launcher.close)
    return launcher


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def test_of_two_starts_at_once_in_a_half_made_folder_one_serves(
    var: Path, launchers: ExitStack
) -> None:
    (var / "postgres" / "data.half").mkdir(parents=True)
    (var / "embedded.json").write_text('{"database": "postgres')
    (var / "prepared.json").write_text("")

    both = [start(launchers, var), start(launchers, var)]
    deadline = time.monotonic() + 60
    while not any("already" in line for each in both for line in each.lines):
        assert time.monotonic() < deadline, [each.lines for each in both]
        time.sleep(0.05)
    second = next(each for each in both if any("already" in line for line in each.lines))
    first = next(each for each in both if each is not second)

    assert second.end() == 1
    assert f"process {first.process.pid}" in second.wait_for("already")
    assert status(f"{first.url()}health/") == 200
    assert "manager" in first.wait_for("manager")


def test_it_starts_again_at_once_and_ctrl_c_leaves_nothing(var: Path, launchers: ExitStack) -> None:
    launcher = start(launchers, var)
    url = launcher.url()
    family = launcher.family()

    launcher.process.send_signal(signal.SIGINT)

    assert launcher.lines[0].startswith(READY), "nothing was made or loaded anew"
    assert status_is_gone(launcher, url)
    assert len(family) >= 7
    assert gone(family)
    assert not (var / "running.json").exists()


def status_is_gone(launcher: Launcher, url: str) -> bool:
    assert launcher.end() == 0
    port = int(url.rstrip("/").rpartition(":")[2])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_killed_launcher_takes_all_with_it_and_the_next_one_recovers(
    var: Path, launchers: ExitStack
) -> None:
    launcher = start(launchers, var)
    launcher.url()
    family = launcher.family()
    # The database dies the hard way too, and its pid comes round to a stranger: to us.
    postgres = launcher.member("pginstall")
    launcher.process.kill()
    postgres.kill()
    assert gone(family), "the kernel tells the children that we died"
    stale = var / "postgres" / "data" / "postmaster.pid"
    stale.write_text(stale.read_text().replace(str(postgres.pid), str(os.getpid()), 1))

    again = start(launchers, var)
    assert status(f"{again.url()}health/") == 200
    family = again.family()
    again.process.send_signal(signal.SIGHUP)  # its terminal goes

    assert again.end() == 0
    assert gone(family)


def test_a_child_that_dies_is_started_again_and_named(var: Path, launchers: ExitStack) -> None:
    launcher = start(launchers, var)
    launcher.url()
    worker = launcher.member(" worker ")

    worker.kill()

    assert "worker.log" in launcher.wait_for("worker stopped")
    assert launcher.member(" worker ").pid != worker.pid


def test_a_taken_port_is_named_and_nothing_is_started(launchers: ExitStack) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        port = taker.getsockname()[1]

        launcher = start(launchers, Path(folder), "--port", str(port))

        assert launcher.end() == 1
        assert f"Port {port} is taken" in launcher.wait_for("Port")
        assert not (Path(folder) / "postgres").exists()


def test_leftovers_of_a_launcher_are_told_from_strangers_by_their_birth(tmp_path: Path) -> None:
    from config.serve.places import Place
    from config.serve.processes import stop_leftovers

    place = Place(tmp_path)
    me = psutil.Process()
    row = {"name": "web", "pid": os.getpid(), "born": me.create_time() + 9, "stop": 15}
    place.running.write_text(json.dumps({"children": [row]}))

    assert stop_leftovers(place) == 0
    assert not place.running.exists()
