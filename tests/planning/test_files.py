"""The public format: read, solved, written, and checked by a program that knows no search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planning.__main__ import main
from planning.check import check_files
from planning.errors import InvalidFile, InvalidParams
from planning.hhcrsp import read_instance, write_solution
from planning.params import Params
from planning.search import solve
from planning.stop import MaxSeconds, MaxSteps

INSTANCE: dict[str, Any] = {
    "patients": [
        {
            "id": "p1",
            "time_window": [10, 20],
            "required_caregivers": [{"service": "s1", "duration": 5}],
        },
        {
            "id": "p2",
            "time_window": [30, 40],
            "required_caregivers": [{"service": "s1"}, {"service": "s2", "duration": 5}],
            "synchronization": {"type": "sequential", "distance": [10, 15]},
        },
        {
            "id": "p3",
            "time_window": [60, 70],
            "required_caregivers": [{"service": "s1"}, {"service": "s2"}],
            "synchronization": {"type": "simultaneous"},
        },
    ],
    "services": [{"id": "s1", "default_duration": 5}, {"id": "s2", "default_duration": 6}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s2", "s1"]}],
    "central_offices": [{"id": "d"}],
    "distances": [[0, 5, 10, 5], [5, 0, 5, 10], [10, 5, 0, 5], [5, 10, 5, 0]],
}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The instance above as a file."""
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(INSTANCE), encoding="utf-8")
    return path


def test_checker_and_search_agree_on_the_cost(instance: Path, tmp_path: Path) -> None:
    read = read_instance(instance)
    result = solve(read.problem, MaxSteps(3000), seed=1)
    out = tmp_path / "solution.json"
    write_solution(out, read, result)
    report = check_files(instance, out)
    assert report.faults == ()
    assert report.cost == pytest.approx(result.cost.total)


def test_terminal_solves_and_checks(
    instance: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "solution.json"
    assert main(["solve", str(instance), "--steps", "2000", "--out", str(out)]) == 0
    assert main(["check", str(instance), str(out)]) == 0
    assert "cost" in capsys.readouterr().out


def _late(solution: dict[str, Any]) -> None:
    for route in solution["routes"]:
        for stop in route["locations"]:
            if (stop["patient_id"], stop["service_id"]) == ("p3", "s1"):
                stop["arrival_time"] += 30
                stop["departure_time"] += 30


def _lost(solution: dict[str, Any]) -> None:
    solution["routes"] = [route for route in solution["routes"] if route["caregiver_id"] != "c2"]


@pytest.mark.parametrize("spoil", [_late, _lost])
def test_checker_finds_what_is_wrong(instance: Path, tmp_path: Path, spoil: Any) -> None:
    read = read_instance(instance)
    out = tmp_path / "solution.json"
    write_solution(out, read, solve(read.problem, MaxSteps(500), seed=1))
    solution = json.loads(out.read_text(encoding="utf-8"))
    spoil(solution)
    out.write_text(json.dumps(solution), encoding="utf-8")
    assert check_files(instance, out).faults
    assert main(["check", str(instance), str(out)]) == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"patients": 3}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile):
        read_instance(path)
    assert main(["solve", str(path)]) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"near": 0}, {"starts": 0}, {"split": -0.1}, {"split": 1.1}, {"cold": 0}, {"swap": 0.9}],
)
def test_parameters_check_themselves(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidParams):
        Params(**wrong)


def test_budgets_check_themselves() -> None:
    assert MaxSeconds(0).spent(0.0, 0, 0) == 1.0
    for wrong in (-1, float("nan")):
        with pytest.raises(InvalidParams):
            MaxSeconds(wrong)
