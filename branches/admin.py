from django.contrib import admin

from branches.models import (
    Branch,
    BranchEvent,
    BranchPhoto,
    CalendarDay,
    Commitment,
    Demonstration,
    DemonstrationEvent,
    Facility,
    FacilityFault,
    FacilitySighting,
    FacilityType,
    FaultEvent,
    KitComponent,
    Leave,
    LeaveEvent,
    OpeningHours,
    ReorderLevel,
    RosterException,
    RosterShift,
    Staff,
    StockBatch,
    StockItem,
    StockLevel,
    StockMovement,
    StockRequest,
    StockRequestEvent,
    SwapRequest,
    SwapRequestEvent,
)
from foundation.admin import EventInline, HistoryAdmin, RegisterAdmin, RegisterInline


class OpeningHoursInline(RegisterInline):
    model = OpeningHours


class BranchEventInline(EventInline):
    model = BranchEvent


class ReorderLevelInline(RegisterInline):
    model = ReorderLevel


class KitComponentInline(RegisterInline):
    model = KitComponent
    fk_name = "kit"


class StockRequestEventInline(EventInline):
    model = StockRequestEvent


class LeaveEventInline(EventInline):
    model = LeaveEvent


class SwapRequestEventInline(EventInline):
    model = SwapRequestEvent


class ShiftInline(RegisterInline):
    model = RosterShift


class RosterExceptionInline(RegisterInline):
    model = RosterException


class FaultEventInline(EventInline):
    model = FaultEvent


class DemonstrationEventInline(EventInline):
    model = DemonstrationEvent


@admin.register(Branch)
class BranchAdmin(RegisterAdmin[Branch]):
    """The register. The sign of a demonstration branch is granted and withdrawn by its moves."""

    list_display = ("code", "name_zh", "name_en", "kind", "region", "is_active")
    list_filter = ("kind", "region", "is_active")
    search_fields = ("code", "name_zh", "name_en")
    filter_horizontal = ("users",)
    inlines = (OpeningHoursInline, ReorderLevelInline, BranchEventInline)
    readonly_fields = ("kind",)


@admin.register(FacilityType)
class FacilityTypeAdmin(RegisterAdmin[FacilityType]):
    list_display = (
        *("code", "name_zh", "name_en"),
        *("promised_everywhere", "promised_demonstration", "position"),
    )
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Facility)
class FacilityAdmin(RegisterAdmin[Facility]):
    """What a branch has. Its state follows the faults that are reported and closed."""

    list_display = ("branch", "type", "quantity", "state", "stands_at")
    list_filter = ("state", "type")
    list_select_related = ("branch", "type")
    search_fields = ("branch__code", "branch__name_zh", "type__code")
    autocomplete_fields = ("branch", "type")
    readonly_fields = ("state",)
    exclude = ("photo",)


@admin.register(BranchPhoto)
class BranchPhotoAdmin(HistoryAdmin[BranchPhoto]):
    """That there is a photo, not the photo: pages show it to those who may see it."""

    list_display = ("added_at", "branch", "of", "width", "height", "added_by")
    list_filter = ("of",)
    list_select_related = ("branch", "added_by")
    date_hierarchy = "added_at"
    search_fields = ("branch__code",)
    exclude = ("file",)


@admin.register(FacilityFault)
class FacilityFaultAdmin(HistoryAdmin[FacilityFault]):
    list_display = ("facility", "branch_code", "status", "reported_at", "reported_by", "closed_at")
    list_filter = ("status",)
    list_select_related = ("facility__branch", "facility__type", "reported_by")
    search_fields = ("facility__branch__code", "facility__type__code")
    inlines = (FaultEventInline,)

    @admin.display(ordering="facility__branch__code")
    def branch_code(self, row: FacilityFault) -> str:
        return row.facility.branch.code


@admin.register(FacilitySighting)
class FacilitySightingAdmin(HistoryAdmin[FacilitySighting]):
    list_display = ("at", "facility", "quantity", "state", "measured", "by")
    list_filter = ("state",)
    list_select_related = ("facility__branch", "facility__type", "by")
    date_hierarchy = "at"
    search_fields = ("facility__branch__code", "facility__type__code")


@admin.register(Demonstration)
class DemonstrationAdmin(HistoryAdmin[Demonstration]):
    list_display = ("branch", "status", "applied_at", "applied_by", "granted_on")
    list_filter = ("status",)
    list_select_related = ("branch", "applied_by")
    search_fields = ("branch__code", "branch__name_zh")
    inlines = (DemonstrationEventInline,)


@admin.register(CalendarDay)
class CalendarDayAdmin(RegisterAdmin[CalendarDay]):
    list_display = ("day", "branch", "is_working", "reason")
    list_filter = ("is_working",)
    list_select_related = ("branch",)
    date_hierarchy = "day"
    search_fields = ("reason", "branch__code")
    autocomplete_fields = ("branch",)


@admin.register(Staff)
class StaffAdmin(RegisterAdmin[Staff]):
    list_display = ("badge", "name", "branch", "can_handle", "can_witness", "is_active")
    list_filter = ("can_handle", "can_witness", "is_active")
    list_select_related = ("branch",)
    search_fields = ("badge", "name", "branch__code", "branch__name_zh")
    autocomplete_fields = ("branch", "user")
    exclude = ("photo",)
    inlines = (ShiftInline, RosterExceptionInline)


@admin.register(Commitment)
class CommitmentAdmin(HistoryAdmin[Commitment]):
    list_display = ("staff", "kind", "span", "arrives_at", "made_at", "released_at")
    list_filter = ("kind",)
    list_select_related = ("staff",)
    search_fields = ("staff__badge", "staff__name")


@admin.register(StockItem)
class StockItemAdmin(RegisterAdmin[StockItem]):
    list_display = ("code", "name_zh", "name_en", "holds_zh", "has_expiry")
    search_fields = ("code", "name_zh", "name_en")
    inlines = (KitComponentInline,)


@admin.register(StockLevel)
class StockLevelAdmin(HistoryAdmin[StockLevel]):
    list_display = ("branch", "item", "quantity")
    list_select_related = ("branch", "item")
    search_fields = ("branch__code", "item__code")


@admin.register(StockMovement)
class StockMovementAdmin(HistoryAdmin[StockMovement]):
    list_display = ("at", "branch", "item", "kind", "quantity", "actor", "reason")
    list_filter = ("kind",)
    list_select_related = ("branch", "item", "actor")
    date_hierarchy = "at"
    search_fields = ("branch__code", "item__code", "reason")


@admin.register(StockBatch)
class StockBatchAdmin(HistoryAdmin[StockBatch]):
    list_display = ("branch", "item", "number", "expires_on", "quantity")
    list_select_related = ("branch", "item")
    date_hierarchy = "expires_on"
    search_fields = ("branch__code", "item__code", "number")


@admin.register(StockRequest)
class StockRequestAdmin(HistoryAdmin[StockRequest]):
    list_display = ("branch", "item", "status", "quantity", "granted", "delivered", "asked_at")
    list_filter = ("status",)
    list_select_related = ("branch", "item")
    date_hierarchy = "asked_at"
    search_fields = ("branch__code", "item__code")
    inlines = (StockRequestEventInline,)


@admin.register(Leave)
class LeaveAdmin(HistoryAdmin[Leave]):
    list_display = ("staff", "first", "last", "status", "asked_at")
    list_filter = ("status",)
    list_select_related = ("staff",)
    date_hierarchy = "asked_at"
    search_fields = ("staff__badge", "staff__name", "staff__branch__code")
    inlines = (LeaveEventInline,)


@admin.register(SwapRequest)
class SwapRequestAdmin(HistoryAdmin[SwapRequest]):
    list_display = ("first", "second", "days", "status", "asked_at")
    list_filter = ("status",)
    list_select_related = ("first", "second")
    date_hierarchy = "asked_at"
    search_fields = ("first__badge", "second__badge", "first__branch__code")
    inlines = (SwapRequestEventInline,)
