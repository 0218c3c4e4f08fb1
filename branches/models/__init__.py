from branches.models.branch import Branch
from branches.models.catalogue import FacilityType
from branches.models.commitment import Commitment, CommitmentKind
from branches.models.demonstration import Demonstration, DemonstrationEvent
from branches.models.facility import (
    Facility,
    FacilityEvent,
    FacilityFault,
    FacilitySighting,
    FaultEvent,
)
from branches.models.hours import CalendarDay, OpeningHours
from branches.models.roster import RosterException, RosterShift
from branches.models.staff import Staff
from branches.models.stock import StockItem, StockLevel, StockMovement

__all__ = [
    "Branch",
    "CalendarDay",
    "Commitment",
    "CommitmentKind",
    "Demonstration",
    "DemonstrationEvent",
    "Facility",
    "FacilityEvent",
    "FacilityFault",
    "FacilitySighting",
    "FacilityType",
    "FaultEvent",
    "OpeningHours",
    "RosterException",
    "RosterShift",
    "Staff",
    "StockItem",
    "StockLevel",
    "StockMovement",
]
