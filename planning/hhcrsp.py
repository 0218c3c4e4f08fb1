"""The public HHCRSP files: instances in, solutions out.

The JSON format of Ceschia, Di Gaspero, Rosati and Schaerf (ITOR 2024, doi 10.1111/itor.13585):
places are the office, then the patients in order; a patient needs one service or two, by two
different caregivers, ``simultaneous`` or ``sequential`` within a distance [min, max] of starts;
cost = (travel + total tardiness + greatest tardiness) / 3.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planning.day import Person
from planning.errors import InvalidFile
from planning.problem import ALWAYS, Problem, Task, Visit, Weights
from planning.result import Result

Json = dict[str, Any]

THIRDS = Weights(travel=1 / 3, lateness=1 / 3, worst=1 / 3)


@dataclass(frozen=True)
class Instance:
    """An instance as read, with the names of the file beside the numbers of the problem.

    Attributes
    ----------
    problem : Problem
        Visit ``k`` is patient ``k`` of the file, person ``k`` caregiver ``k``.
    caregivers, patients : tuple of str
        Names in file order.
    services : tuple of tuple of str
        Per patient the service names, one per task.
    """

    problem: Problem
    caregivers: tuple[str, ...]
    patients: tuple[str, ...]
    services: tuple[tuple[str, ...], ...]


def read_instance(path: Path) -> Instance:
    """Read an instance file.

    Raises
    ------
    InvalidFile
        If it is not JSON, lacks a part, or a part makes no sense.
    """
    raw = _load(path)
    try:
        return _instance(raw)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise InvalidFile(f"{path.name} is not an HHCRSP instance: {error!r}") from error
    except ValueError as error:
        raise InvalidFile(f"{path.name}: {error}") from error


def _load(path: Path) -> Json:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidFile(f"cannot read {path.name}: {error}") from error
    if not isinstance(raw, dict):
        raise InvalidFile(f"{path.name} is not a JSON object")
    return raw


def _instance(raw: Json) -> Instance:
    bits = {service["id"]: 1 << rank for rank, service in enumerate(raw["services"])}
    defaults = {service["id"]: service.get("default_duration") for service in raw["services"]}
    if len(raw["central_offices"]) != 1:
        raise InvalidFile("exactly one central office is expected")
    travel = np.array(raw["distances"], dtype=np.float64)
    if travel.shape != (len(raw["patients"]) + 1,) * 2:
        raise InvalidFile(f"distances have shape {travel.shape}, not office and patients squared")
    people = [
        Person(rank, ALWAYS, 0, 0, sum(bits[name] for name in set(caregiver["abilities"])))
        for rank, caregiver in enumerate(raw["caregivers"])
    ]
    visits = [_visit(rank, patient, bits, defaults) for rank, patient in enumerate(raw["patients"])]
    return Instance(
        Problem(people, visits, travel, THIRDS),
        tuple(caregiver["id"] for caregiver in raw["caregivers"]),
        tuple(patient["id"] for patient in raw["patients"]),
        tuple(
            tuple(need["service"] for need in patient["required_caregivers"])
            for patient in raw["patients"]
        ),
    )


def _visit(rank: int, patient: Json, bits: dict[str, int], defaults: Json) -> Visit:
    tasks = tuple(
        Task(bits[need["service"]], need.get("duration", defaults[need["service"]]))
        for need in patient["required_caregivers"]
    )
    opens, closes = patient["time_window"]
    gap = (0, 0)
    if len(tasks) == 2 and patient["synchronization"]["type"] == "sequential":
        gap = tuple(patient["synchronization"]["distance"])
    return Visit(rank, rank + 1, tasks, opens, closes, hard=False, gap=gap)


def write_solution(path: Path, instance: Instance, result: Result) -> None:
    """Write the plan as a solution file; visits left out are simply not in it."""
    stops = [(stop.start, route.person, stop) for route in result.routes for stop in route.stops]
    routes = [
        {
            "caregiver_id": instance.caregivers[route.person],
            "locations": [
                {
                    "patient_id": instance.patients[stop.visit],
                    "service_id": instance.services[stop.visit][stop.task],
                    "arrival_time": stop.start,
                    "departure_time": stop.end,
                }
                for stop in route.stops
            ],
        }
        for route in result.routes
    ]
    ordering = [instance.patients[stop.visit] for _, _, stop in sorted(stops, key=lambda s: s[:2])]
    solution = {"routes": routes, "global_ordering": list(dict.fromkeys(ordering))}
    path.write_text(json.dumps(solution, indent=1) + "\n", encoding="utf-8")
