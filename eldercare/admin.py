from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from eldercare import phones
from eldercare.models import (
    Consent,
    ConsentEvent,
    Customer,
    CustomerEvent,
    EligibilityDecision,
    ErasureRequest,
    Escort,
    EscortEvent,
    EscortStep,
    IdentityCheck,
    KeptAction,
    Loan,
    Representative,
    Reveal,
    ReviewComment,
    Service,
    ServiceEvent,
    ServiceVersion,
)
from foundation.admin import EventInline, HistoryAdmin, HistoryInline, RegisterAdmin


class ConsentInline(HistoryInline):
    model = Consent
    fields = ("matter", "given", "recorded_by", "starts", "ends", "given_at", "withdrawn_at")
    readonly_fields = fields


class ReviewCommentInline(HistoryInline):
    model = ReviewComment
    fields = ("at", "stage", "aspect", "words", "reviewer")
    readonly_fields = fields


class EscortEventInline(EventInline):
    model = EscortEvent


class EscortStepInline(HistoryInline):
    model = EscortStep
    fields = ("number", "words", "at", "by")
    readonly_fields = fields


class LoanInline(HistoryInline):
    model = Loan
    fields = ("facility", "lent_at", "returned_at")
    readonly_fields = fields


class ServiceEventInline(EventInline):
    model = ServiceEvent


@admin.register(Customer)
class CustomerAdmin(RegisterAdmin[Customer]):
    """Corrections of what is not sealed. Phone and address are shown masked, and changed where
    the reading of them is recorded."""

    list_display = ("name", "preferred_name", "branch", "birth_year", "masked_phone", "contact_by")
    list_filter = ("contact_by",)
    list_select_related = ("branch",)
    search_fields = ("name", "preferred_name", "=phone_last4", "branch__code")
    autocomplete_fields = ("branch",)
    fields = (
        *("public_id", "branch", "name", "preferred_name", "birth_year", "needs", "contact_by"),
        *("masked_phone", "masked_address", "created_at"),
    )
    readonly_fields = ("public_id", "masked_phone", "masked_address", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Representative)
class RepresentativeAdmin(HistoryAdmin[Representative]):
    list_display = ("name", "relation", "customer", "masked_phone")
    list_filter = ("relation",)
    list_select_related = ("customer",)
    search_fields = ("name", "customer__name")
    fields = ("public_id", "customer", "name", "relation", "masked_phone")
    inlines = (ConsentInline,)

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Representative) -> str:
        return phones.mask(row.phone)


@admin.register(Service)
class ServiceAdmin(RegisterAdmin[Service]):
    list_display = ("code",)
    search_fields = ("code",)


@admin.register(ServiceVersion)
class ServiceVersionAdmin(HistoryAdmin[ServiceVersion]):
    """Written and reviewed on the region's pages, by two people; here it is only read."""

    list_display = ("service", "number", "name_zh", "status", "at_home", "at_branch", "risk")
    list_filter = ("status", "at_home", "at_branch", "risk")
    list_select_related = ("service",)
    search_fields = ("service__code", "name_zh", "name_en")
    inlines = (ServiceEventInline, ReviewCommentInline)


@admin.register(Escort)
class EscortAdmin(HistoryAdmin[Escort]):
    list_display = ("called", "branch", "service_version", "status", "arrived_at", "assistant")
    list_filter = ("status",)
    list_select_related = ("branch", "customer", "service_version", "assistant")
    date_hierarchy = "arrived_at"
    search_fields = ("branch__code", "nickname", "assistant__badge")
    inlines = (EscortStepInline, LoanInline, EscortEventInline)


@admin.register(KeptAction)
class KeptActionAdmin(HistoryAdmin[KeptAction]):
    list_display = ("received_at", "branch", "kind", "actor", "outcome", "code", "settled_by")
    list_filter = ("outcome", "kind")
    list_select_related = ("branch", "actor", "settled_by")
    date_hierarchy = "received_at"
    search_fields = ("branch__code", "actor__username")


@admin.register(CustomerEvent)
class CustomerEventAdmin(HistoryAdmin[CustomerEvent]):
    list_display = ("at", "customer", "to_status", "actor", "actor_kind")
    list_filter = ("to_status",)
    list_select_related = ("customer", "actor")
    date_hierarchy = "at"
    search_fields = ("customer__name", "customer__branch__code")


@admin.register(IdentityCheck)
class IdentityCheckAdmin(HistoryAdmin[IdentityCheck]):
    list_display = ("at", "customer", "document", "how", "checked_by")
    list_filter = ("document", "how")
    list_select_related = ("customer", "checked_by")
    date_hierarchy = "at"
    search_fields = ("customer__name", "customer__branch__code")


@admin.register(ConsentEvent)
class ConsentEventAdmin(HistoryAdmin[ConsentEvent]):
    list_display = ("at", "consent", "to_status", "actor", "actor_kind")
    list_filter = ("to_status",)
    list_select_related = ("consent", "actor")
    date_hierarchy = "at"
    search_fields = ("consent__representative__customer__branch__code",)


@admin.register(EligibilityDecision)
class EligibilityDecisionAdmin(HistoryAdmin[EligibilityDecision]):
    list_display = ("at", "customer", "service_version", "outcome", "rules", "actor")
    list_filter = ("outcome",)
    list_select_related = ("customer", "service_version", "actor")
    date_hierarchy = "at"
    search_fields = ("customer__name", "customer__branch__code")


@admin.register(ErasureRequest)
class ErasureRequestAdmin(HistoryAdmin[ErasureRequest]):
    list_display = ("asked_at", "customer", "status", "asked_by", "decided_by")
    list_filter = ("status",)
    list_select_related = ("customer", "asked_by", "decided_by")
    date_hierarchy = "asked_at"
    search_fields = ("customer__name", "customer__branch__code")


@admin.register(Reveal)
class RevealAdmin(HistoryAdmin[Reveal]):
    list_display = ("at", "actor", "what", "customer", "why")
    list_filter = ("what",)
    list_select_related = ("actor", "customer")
    date_hierarchy = "at"
    search_fields = ("actor__username", "actor__full_name", "why")
