"""To look, not to touch: what is on record changes only by the verbs of this room."""

from django.contrib import admin

from audits.models import (
    ChecklistItem,
    Finding,
    Improvement,
    Inspection,
    StandardVersion,
    Suspension,
    Theme,
)
from foundation.admin import HistoryAdmin


@admin.register(StandardVersion)
class StandardVersionAdmin(HistoryAdmin[StandardVersion]):
    list_display = ("code", "number", "in_force", "sealed", "published_at")
    exclude = ("document",)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(HistoryAdmin[ChecklistItem]):
    list_display = ("version", "code", "what_zh", "weight", "must", "grade")
    list_filter = ("version", "grade", "must")


@admin.register(Inspection)
class InspectionAdmin(HistoryAdmin[Inspection]):
    list_display = ("branch", "kind", "planned_for", "inspector", "status", "points", "out_of")
    list_filter = ("kind", "status")
    list_select_related = ("branch", "inspector")


@admin.register(Finding)
class FindingAdmin(HistoryAdmin[Finding]):
    list_display = ("branch", "source", "severity", "must_have", "found_on", "words_zh")
    list_filter = ("source", "severity", "must_have")
    list_select_related = ("branch",)


@admin.register(Improvement)
class ImprovementAdmin(HistoryAdmin[Improvement]):
    list_display = ("branch", "item_code", "status", "deadline", "owner", "failed_rechecks")
    list_filter = ("status",)
    list_select_related = ("branch", "owner")


@admin.register(Theme)
class ThemeAdmin(HistoryAdmin[Theme]):
    list_display = ("title", "region", "item_code", "made_by", "made_at")


@admin.register(Suspension)
class SuspensionAdmin(HistoryAdmin[Suspension]):
    list_display = ("branch", "status", "drafted_at", "decided_by", "decided_at")
    list_filter = ("status",)
