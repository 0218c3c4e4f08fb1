from branches.models.branch import Branch, BranchEvent
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
from branches.models.leave import Leave, LeaveEvent
from branches.models.photo import BranchPhoto, PhotoOf
from branches.models.roster import RosterException, RosterShift
from branches.models.skill import Skill, StaffEvent, StaffSkill, Training
from branches.models.staff import Staff
from branches.models.stock import (
    KitComponent,
    ReorderLevel,
    StockBatch,
    StockItem,
    StockLevel,
    StockMovement,
)
from branches.models.supply import StockRequest, StockRequestEvent
from branches.models.swap import RosterSwap, SwapRequest, SwapRequestEvent

__all__ = [
    "Branch",
    "BranchEvent",
    "BranchPhoto",
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
    "KitComponent",
    "Leave",
    "LeaveEvent",
    "OpeningHours",
    "PhotoOf",
    "ReorderLevel",
    "RosterException",
    "RosterShift",
    "RosterSwap",
    "Skill",
    "Staff",
    "StaffEvent",
    "StaffSkill",
    "StockBatch",
    "StockItem",
    "StockLevel",
    "StockMovement",
    "StockRequest",
    "StockRequestEvent",
    "SwapRequest",
    "SwapRequestEvent",
    "Training",
]
