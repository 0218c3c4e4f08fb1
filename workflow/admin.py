from django.contrib import admin

from foundation.admin import HistoryAdmin
from workflow.models import DueStep, Message


@admin.register(Message)
class MessageAdmin(HistoryAdmin[Message]):
    """How sending went. To whom and with which words is sealed: a text may hold a door code."""

    list_display = ("kind", "subject", "branch_code", "status", "tries", "queued_at", "failure")
    list_filter = ("status", "kind", "channel")
    date_hierarchy = "queued_at"
    search_fields = ("key", "subject", "branch_code")
    fields = (
        *("key", "kind", "subject", "branch_code", "channel", "status", "tries", "failure"),
        *("queued_at", "next_try_at", "in_flight_since", "delivered_at"),
    )


@admin.register(DueStep)
class DueStepAdmin(HistoryAdmin[DueStep]):
    list_display = ("kind", "subject", "branch_code", "status", "due_at", "tries", "outcome")
    list_filter = ("status", "kind")
    date_hierarchy = "due_at"
    search_fields = ("key", "subject", "branch_code")
