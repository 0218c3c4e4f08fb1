"""``bin/bench`` finds benchmarks by their files and prints figures last."""

import json
import sys
from pathlib import Path

import pytest

from config.serve import bench


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "benchmarks"
    place.mkdir()
    (place / "__init__.py").touch()
    (place / "quick.py").write_text(
        '"""Counts to three."""\nNEEDS_ROWS = False\n\ndef main():\n    print("1 2 3")\n'
        '    return {"last": 3}\n'
    )
    (place / "rows.py").write_text('"""Wants rows."""\n\ndef main():\n    return {}\n')
    (place / "shared.py").write_text('"""No benchmark."""\n')
    monkeypatch.setattr(bench, "FOLDER", place)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "benchmarks", raising=False)
    return place


def test_benchmarks_are_listed_with_what_they_measure(folder: Path) -> None:
    assert bench.names() == {"quick": "Counts to three.", "rows": "Wants rows."}
    assert bench.needs_rows(folder / "rows.py")
    assert not bench.needs_rows(folder / "quick.py")


def test_an_unknown_name_answers_with_the_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bin/bench", "nothing"])

    assert bench.main() == 1
    assert "quick" in capsys.readouterr().out


def test_figures_are_one_json_object_in_the_last_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bin/bench", "quick", "--json"])

    assert bench.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "1 2 3"
    assert json.loads(lines[-1]) == {"last": 3}
