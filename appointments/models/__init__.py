from appointments.models.home_visit import HomeVisit, VisitEvent
from appointments.models.team import TeamMember, TeamRole
from appointments.models.wish import Wish

__all__ = ["HomeVisit", "TeamMember", "TeamRole", "VisitEvent", "Wish"]
