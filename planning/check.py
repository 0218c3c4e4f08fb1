"""Is a solution file true? Written from the definition of the problem; knows nothing of the search.

Works on the two JSON files alone. A plan is valid if every service of every patient is given once,
by a caregiver able to give it, two services of a patient by two caregivers and with the starts as
its synchronization asks; nobody starts before the window opens, nor before they can be there, and
everybody stays for the duration. Cost = (travel + total tardiness + greatest tardiness) / 3, where
travel leads from the office through the stops and back, and a service is tardy by its start less
the end of the window. (Mankowska, Meisel, Bierwirth 2014, doi 10.1007/s10729-013-9243-1.)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from planning.errors import InvalidFile

Json = dict[str, Any]

SLACK = 1e-3
"""Minutes of rounding forgiven."""


class Served(NamedTuple):
    """Who gave a service, and from when to when."""

    caregiver: str
    start: float
    end: float


@dataclass(frozen=True)
class Report:
    """What the checker found: faults (none: the plan is valid) and the parts of the cost."""

    faults: tuple[str, ...]
    travel: float
    tardiness: float
    worst: float

    @property
    def cost(self) -> float:
        """The mean of the three parts."""
        return (self.travel + self.tardiness + self.worst) / 3

    def __str__(self) -> str:
        lines = [*self.faults, "valid" if not self.faults else "NOT valid"]
        parts = {
            "travel": self.travel,
            "total tardiness": self.tardiness,
            "greatest tardiness": self.worst,
            "cost": self.cost,
        }
        return "\n".join([*lines, *(f"{name:<19}{value:12.4f}" for name, value in parts.items())])


def check_files(instance: Path, solution: Path) -> Report:
    """Check a solution file against its instance file."""
    raws = []
    for path in (instance, solution):
        try:
            raws.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InvalidFile(f"cannot read {path.name}: {error}") from error
    try:
        return check(raws[0], raws[1])
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise InvalidFile(f"not an instance and its solution: {error!r}") from error


def check(instance: Json, solution: Json) -> Report:
    """Check a solution against an instance, both as read from JSON."""
    patients = {patient["id"]: patient for patient in instance["patients"]}
    row = {name: at + 1 for at, name in enumerate(patients)}
    abilities = {person["id"]: set(person["abilities"]) for person in instance["caregivers"]}
    served: dict[tuple[str, str], Served] = {}
    faults: list[str] = []
    travel = 0.0
    seen: set[str] = set()
    for route in solution["routes"]:
        name = route["caregiver_id"]
        if name not in abilities:
            faults.append(f"{name}: no such caregiver")
        if name in seen:
            faults.append(f"{name}: two routes")
        seen.add(name)
        travel += _walk(instance, route, row, faults)
        for stop in route["locations"]:
            key = (stop["patient_id"], stop["service_id"])
            if key in served:
                faults.append(f"{key}: given twice")
            if key[1] not in abilities.get(name, ()):
                faults.append(f"{name} cannot give {key[1]}")
            served[key] = Served(name, float(stop["arrival_time"]), float(stop["departure_time"]))
    defaults = {service["id"]: service.get("default_duration") for service in instance["services"]}
    wanted = {(name, need["service"]) for name in patients for need in _needs(patients[name])}
    faults.extend(f"{key}: nobody asked for it" for key in served if key not in wanted)
    tardy = [0.0]
    for patient in patients.values():
        tardy.extend(_patient(patient, served, defaults, faults))
    return Report(tuple(faults), travel, sum(tardy), max(tardy))


def _needs(patient: Json) -> list[Json]:
    needs: list[Json] = patient["required_caregivers"]
    return needs


def _walk(instance: Json, route: Json, row: dict[str, int], faults: list[str]) -> float:
    """Length of a route; notes journeys that take longer than the time between two stops."""
    travel, place, free = 0.0, 0, 0.0
    for stop in route["locations"]:
        if stop["patient_id"] not in row:
            faults.append(f"{stop['patient_id']}: no such patient")
            continue
        there = row[stop["patient_id"]]
        leg = float(instance["distances"][place][there])
        if not stop["arrival_time"] >= free + leg - SLACK:
            faults.append(
                f"{route['caregiver_id']} cannot be at {stop['patient_id']} at "
                f"{stop['arrival_time']}, only at {free + leg}"
            )
        travel, place, free = travel + leg, there, float(stop["departure_time"])
    return travel + float(instance["distances"][place][0])


def _patient(
    patient: Json,
    served: dict[tuple[str, str], Served],
    defaults: Json,
    faults: list[str],
) -> list[float]:
    """Tardiness of a patient's services; notes what is wrong with them."""
    name = patient["id"]
    opens, closes = patient["time_window"]
    found = []
    for need in _needs(patient):
        given = served.get((name, need["service"]))
        if given is None:
            faults.append(f"{name}: {need['service']} is not given")
            continue
        found.append(given)
        if not given.start >= opens - SLACK:
            faults.append(f"{name}: starts at {given.start}, before {opens}")
        duration = float(need.get("duration") or defaults[need["service"]])
        if not abs(given.end - given.start - duration) <= SLACK:
            faults.append(f"{name}: {need['service']} takes {duration}")
    if len(found) == 2:
        _pair(patient, found[0], found[1], faults)
    return [max(0.0, given.start - closes) for given in found]


def _pair(patient: Json, first: Served, second: Served, faults: list[str]) -> None:
    least, most = 0.0, 0.0
    if patient["synchronization"]["type"] == "sequential":
        least, most = patient["synchronization"]["distance"]
    if not least - SLACK <= second.start - first.start <= most + SLACK:
        faults.append(f"{patient['id']}: starts {second.start - first.start} apart")
    if first.caregiver == second.caregiver:
        faults.append(f"{patient['id']}: {first.caregiver} comes twice")
