from django.contrib import admin

from appointments.models import (
    DayPlan,
    DayPlanEvent,
    HomeVisit,
    PlanRun,
    RoadTable,
    TeamMember,
    VisitEvent,
    Wish,
)
from foundation.admin import EventInline, HistoryAdmin, HistoryInline


class TeamInline(HistoryInline):
    model = TeamMember
    fields = ("role", "staff", "commitment")
    readonly_fields = fields


class VisitEventInline(EventInline):
    model = VisitEvent


@admin.register(HomeVisit)
class HomeVisitAdmin(HistoryAdmin[HomeVisit]):
    """A visit, its team and its moves; without the door codes and without the way to the door."""

    list_display = ("public_id", "branch", "customer", "service_version", "status", "starts_at")
    list_filter = ("status", "asked_by")
    list_select_related = ("branch", "customer", "service_version")
    date_hierarchy = "starts_at"
    search_fields = ("=public_id", "branch__code", "customer__name")
    fields = (
        *("public_id", "branch", "customer", "representative", "asked_by", "service_version"),
        *("status", "window", "starts_at", "minutes", "code_tries", "reason", "words"),
        *("replaces", "asked_at"),
    )
    inlines = (TeamInline, VisitEventInline)


@admin.register(Wish)
class WishAdmin(HistoryAdmin[Wish]):
    list_display = ("customer", "service_version", "first_day", "last_day", "status", "queued_at")
    list_filter = ("status",)
    list_select_related = ("customer", "service_version")
    search_fields = ("customer__name",)


class DayPlanEventInline(EventInline):
    model = DayPlanEvent


@admin.register(DayPlan)
class DayPlanAdmin(HistoryAdmin[DayPlan]):
    list_display = ("region", "day", "status", "made_at")
    list_filter = ("status", "region")
    list_select_related = ("region",)
    date_hierarchy = "day"
    search_fields = ("=public_id",)
    inlines = (DayPlanEventInline,)


@admin.register(PlanRun)
class PlanRunAdmin(HistoryAdmin[PlanRun]):
    """What each search began with, what it cost before and after, and what became of it."""

    list_display = ("plan", "source", "status", "asked_at", "ended_at", "outcome")
    list_filter = ("status", "source")
    list_select_related = ("plan__region",)
    search_fields = ("=public_id",)


@admin.register(RoadTable)
class RoadTableAdmin(HistoryAdmin[RoadTable]):
    """When the roads of a region were learned, and from whom; the doors in it are not shown."""

    list_display = ("region", "source", "learned_at")
    list_select_related = ("region",)
    search_fields = ("region__code",)
    fields = ("region", "source", "learned_at")
