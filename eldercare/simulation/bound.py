"""What nobody could beat: the mean wait of a day of which everything is known beforehand.

A time-indexed linear relaxation (Sousa and Wolsey, "A time indexed formulation of non-preemptive
single machine scheduling problems", Mathematical Programming 54, 1992), here for several equal
assistants: each person begins at some minute, and in no minute are more people served than
assistants are there. Skills and faces are left out and a person may be split over several
beginnings, both of which only help: the true best is never below what this says.
"""

from collections import defaultdict

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array

from eldercare.simulation.days import LobbyDay

# Whoever would wait longer is served by nobody's time at this price: lower still, so still a bound.
HORIZON = 90


def least_mean_wait(day: LobbyDay) -> float:
    """A lower bound of the mean wait in minutes, over every possible order of the day."""
    if not day.arrivals:
        return 0.0
    costs: list[float] = []
    person_of: list[int] = []
    taken: dict[int, list[int]] = defaultdict(list)
    for index, one in enumerate(day.arrivals):
        for start in range(one.at, one.at + HORIZON):
            for minute in range(start, start + one.minutes):
                taken[minute].append(len(costs))
            costs.append(start - one.at)
            person_of.append(index)
        costs.append(HORIZON)
        person_of.append(index)
    once = coo_array((np.ones(len(costs)), (person_of, range(len(costs)))))
    answer = milp(
        costs,
        constraints=[
            LinearConstraint(once, 1, 1),
            LinearConstraint(
                _matrix(list(taken.values()), len(costs)),
                ub=np.array([_assistants(day, minute) for minute in taken]),
            ),
        ],
    )
    if not answer.success:
        raise ArithmeticError(answer.message)
    return float(answer.fun) / len(day.arrivals)


def _matrix(rows: list[list[int]], width: int) -> coo_array:
    lines = [line for line, row in enumerate(rows) for _column in row]
    columns = [column for row in rows for column in row]
    return coo_array((np.ones(len(columns)), (lines, columns)), shape=(len(rows), width))


def _assistants(day: LobbyDay, minute: int) -> int:
    """How many can be at somebody's side: on duty, or finishing what they began on duty."""
    longest = max(one.minutes for one in day.arrivals)
    closes = max(end for shift in day.staff for _start, end in shift.spans)
    if minute >= closes:
        return len(day.staff)
    return sum(
        any(start <= minute < end + longest for start, end in shift.spans) for shift in day.staff
    )
