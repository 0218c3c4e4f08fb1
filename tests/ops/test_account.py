"""Root hands the servers to another account, and finds a place that it can enter."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.serve import account
from config.serve.account import Account, choose, reachable_home, reachable_programs

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change to another account")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is closed to others
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def other() -> Account:
    return choose(Path("/nonexistent"))


@root_only
def test_root_does_not_run_the_servers(other: Account) -> None:
    assert other.uid != 0
    assert other.switch


@root_only
def test_data_stays_with_its_owner(open_folder: Path) -> None:
    os.chown(open_folder, 12345, 12345)

    assert choose(open_folder).uid == 12345


@root_only
def test_a_place_that_the_account_can_enter_is_taken(other: Account, open_folder: Path) -> None:
    home = reachable_home(other, open_folder / "postgres")

    assert home == open_folder / "postgres"
    assert home.stat().st_uid == other.uid


@root_only
def test_below_a_closed_folder_another_place_is_found(
    other: Account, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "FALLBACK", open_folder / "elsewhere")
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    package = closed / "server"
    (package / "pginstall" / "bin").mkdir(parents=True)
    (package / "pginstall" / "bin" / "postgres").touch(mode=0o755)
    (closed / "server.libs").mkdir()

    home = reachable_home(other, closed / "postgres")
    programs = reachable_programs(other, package, home)

    assert home.parent == open_folder / "elsewhere"
    assert not (closed / "postgres").exists()
    assert programs.is_relative_to(home)
    assert other.may_enter(programs / "pginstall" / "bin" / "postgres")
    assert (programs.parent / "server.libs").is_dir()
