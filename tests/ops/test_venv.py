"""``.venv`` is made once, mended when requirements change, made anew when left half-made."""

from pathlib import Path

import pytest

from config.serve import venv


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a finished ``.venv`` for two requirements files beside it."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("sample==1\n")
    monkeypatch.setattr(venv, "BASE", tmp_path)
    monkeypatch.setattr(venv, "VENV", folder)
    monkeypatch.setattr(venv, "PYTHON", folder / "bin" / "python")
    monkeypatch.setattr(venv, "UNFINISHED", folder / "unfinished")
    for kind in venv.FILES:
        venv.stamp(kind).write_text(venv.fingerprint(kind))
    return tmp_path


def test_what_is_current_is_left_alone(made: Path) -> None:
    assert venv.is_current("runtime")
    assert venv.is_current("dev")


def test_changed_requirements_are_installed(made: Path) -> None:
    (made / "requirements-dev.txt").write_text("sample==2\n")

    assert venv.is_current("runtime")
    assert not venv.is_current("dev")


def test_half_made_is_not_made(made: Path) -> None:
    venv.UNFINISHED.touch()

    assert not venv.is_current("runtime")
    assert not venv.works(), "so it is made anew, not mended"


def test_a_python_that_has_gone_is_noticed(made: Path) -> None:
    venv.PYTHON.unlink()
    venv.PYTHON.symlink_to("/nonexistent/python3")

    assert not venv.is_current("runtime")
    assert not venv.works()
