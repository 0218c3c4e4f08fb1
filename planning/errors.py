"""The ways in which the planner refuses, each with its own name."""

from __future__ import annotations


class PlanningError(Exception):
    """Base of everything the planner raises on purpose."""


class InvalidDay(PlanningError, ValueError):
    """The people, promises, places or request given cannot describe a real day."""
