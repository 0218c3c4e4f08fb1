"""The ways in which the planner refuses, each with its own name."""

from __future__ import annotations


class PlanningError(Exception):
    """Base of everything the planner raises on purpose."""


class InvalidDay(PlanningError, ValueError):
    """The people, promises, places or request given cannot describe a real day."""


class InvalidProblem(PlanningError, ValueError):
    """The problem given to the search cannot describe a real day."""


class InvalidFile(PlanningError, ValueError):
    """A file is not an instance or a solution in the HHCRSP format."""


class InvalidParams(PlanningError, ValueError):
    """A parameter of the search is out of its range."""
