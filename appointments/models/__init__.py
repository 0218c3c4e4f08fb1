from appointments.models.home_visit import HomeVisit, VisitEvent
from appointments.models.team import TeamMember, TeamRole

__all__ = ["HomeVisit", "TeamMember", "TeamRole", "VisitEvent"]
