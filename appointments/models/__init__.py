from appointments.models.day_plan import DayPlan, DayPlanEvent, PlanRun, PlanSource
from appointments.models.home_visit import HomeVisit, VisitEvent
from appointments.models.roads import RoadTable
from appointments.models.team import TeamMember, TeamRole
from appointments.models.wish import Wish

__all__ = [
    "DayPlan",
    "DayPlanEvent",
    "HomeVisit",
    "PlanRun",
    "PlanSource",
    "RoadTable",
    "TeamMember",
    "TeamRole",
    "VisitEvent",
    "Wish",
]
