"""What the planner is measured on: the public files, and a region as the bank has it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from planning.arrays import pack
from planning.chance import seeded
from planning.day import Day, Person, Promise, Request, Window
from planning.insertion import best_offer
from planning.outcome import describe
from planning.problem import Problem, Task, Visit
from planning.recreate import insert_visit
from planning.result import Result
from planning.state import OUTS, empty_state


@dataclass(frozen=True)
class Case:
    """A public instance and the best cost published for it."""

    name: str
    patients: int
    path: Path
    best: float


def public_cases(folder: Path) -> list[Case]:
    """Instances listed in ``best_published.csv`` of a folder, in its order."""
    with (folder / "best_published.csv").open(encoding="utf-8") as table:
        return [
            Case(
                row["instance"],
                int(row["patients"]),
                folder / f"{row['instance']}.json",
                float(row["cost"]),
            )
            for row in csv.DictReader(table)
        ]


def region(seed: int, branches: int = 80, staff: int = 4, visits: int = 200) -> Problem:
    """A region's day: every visit takes a handler and a witness at once, promised within the hour.

    Parameters
    ----------
    branches, staff : int
        Branches on 60 by 60 km, and people at each; every second one may handle, all may witness.
    visits : int
        Doors within some 5 km of a branch; half an hour to an hour of work.
    """
    dice = np.random.default_rng(seed)
    homes = dice.uniform(0, 60, (branches, 2))
    doors = homes[dice.integers(0, branches, visits)] + dice.normal(0, 3, (visits, 2))
    spots = np.concatenate([homes, doors])
    km = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1))
    travel = np.ceil(km * 1.3 / 25 * 60)
    people = [
        Person(row, ((510, 720), (780, 1050)), row % branches, row % branches, 3 if row % 2 else 2)
        for row in range(branches * staff)
    ]
    # Half hours from 9:00 to 15:30, except those that leave no room before the lunch break.
    windows = dice.choice([540, 570, 600, 630, 780, 810, 840, 870, 900, 930], visits)
    work = dice.choice([30, 45, 60], visits)
    return Problem(
        people,
        [
            Visit(
                row,
                branches + row,
                (Task(1, int(work[row])), Task(2, int(work[row]))),
                int(windows[row]),
                int(windows[row]) + 60,
                setup=5,
                leave=5,
            )
            for row in range(visits)
        ],
        travel,
    )


def first_come(problem: Problem) -> Result:
    """Each visit in the order of asking, at its best place among what stands; nothing moves."""
    packed = pack(problem)
    state = empty_state(packed.data)
    spots = np.zeros((2, 40), dtype=np.int32)
    costs = np.zeros(spots.shape)
    chance = seeded(0)
    for node in np.sort(state.outs[0, : state.tally[OUTS]]):
        insert_visit(packed.data, state, chance, int(node), 0.0, spots, costs)
    return describe(problem, packed, state, 0, 0.0, ())


def booked(problem: Problem) -> tuple[int, int]:
    """Each visit in the order of asking, as a booking with a named minute takes it.

    The best people at the best minute that moves no promise, by ``planning.insertion``: once
    promised, people and minute stand.

    Returns
    -------
    (int, int)
        Minutes of travel of all, and visits that found no place.
    """
    people = {person.id: person for person in problem.people}
    travel = problem.travel.astype(np.int64)
    minutes = refused = 0
    for visit in problem.visits:
        roles = tuple(task.role for task in visit.tasks)
        duration = int(visit.tasks[0].duration)
        request = Request(visit.place, duration, roles, int(visit.setup), int(visit.leave))
        asked = [Window(int(visit.earliest), int(visit.latest))]
        offer = best_offer(Day(list(people.values()), travel), request, asked)
        if offer is None:
            refused += 1
            continue
        minutes += offer.added
        for leg in offer.legs:
            before = people[leg.person]
            promise = Promise(leg.arrives, leg.ends, visit.place, leg.departs, visit.id)
            people[leg.person] = replace(before, promises=(*before.promises, promise))
    return minutes, refused
