from audits.models.answer import Answer, ItemResult, Origin, SectionScore
from audits.models.evidence import Evidence, EvidenceForm
from audits.models.finding import Finding, FindingSeverity, FindingSource
from audits.models.improvement import Improvement, ImprovementEvent
from audits.models.inspection import (
    Inspection,
    InspectionEvent,
    InspectionKind,
    Side,
    Signature,
)
from audits.models.standard import ChecklistItem, StandardVersion
from audits.models.suspension import Suspension, SuspensionEvent
from audits.models.theme import Theme

__all__ = [
    "Answer",
    "ChecklistItem",
    "Evidence",
    "EvidenceForm",
    "Finding",
    "FindingSeverity",
    "FindingSource",
    "Improvement",
    "ImprovementEvent",
    "Inspection",
    "InspectionEvent",
    "InspectionKind",
    "ItemResult",
    "Origin",
    "SectionScore",
    "Side",
    "Signature",
    "StandardVersion",
    "Suspension",
    "SuspensionEvent",
    "Theme",
]
