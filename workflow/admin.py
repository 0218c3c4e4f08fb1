from django.contrib import admin

from foundation.admin import HistoryAdmin
from workflow.models import DueStep, Message, MessageEvent, PhoneCall


@admin.register(Message)
class MessageAdmin(HistoryAdmin[Message]):
    """How sending went. To whom and with which words is sealed: a text may hold a door code."""

    list_display = ("kind", "subject", "branch_code", "status", "tries", "queued_at", "failure")
    list_filter = ("status", "kind", "channel")
    date_hierarchy = "queued_at"
    search_fields = ("key", "subject", "branch_code")
    fields = (
        *("key", "kind", "subject", "branch_code", "channel", "status", "tries", "failure"),
        *("template", "template_version", "language", "may_wait", "sent_with"),
        *("queued_at", "next_try_at", "in_flight_since", "delivered_at"),
        *("acknowledged_at", "forgotten_at"),
    )


@admin.register(DueStep)
class DueStepAdmin(HistoryAdmin[DueStep]):
    list_display = ("kind", "subject", "branch_code", "status", "due_at", "tries", "outcome")
    list_filter = ("status", "kind")
    date_hierarchy = "due_at"
    search_fields = ("key", "subject", "branch_code")


@admin.register(MessageEvent)
class MessageEventAdmin(HistoryAdmin[MessageEvent]):
    list_display = ("message", "from_status", "to_status", "actor", "at", "reason")
    date_hierarchy = "at"
    search_fields = ("message__key",)


@admin.register(PhoneCall)
class PhoneCallAdmin(HistoryAdmin[PhoneCall]):
    list_display = ("step", "result", "by", "at", "again_at", "words")
    list_filter = ("result",)
    date_hierarchy = "at"
    search_fields = ("step__key", "step__subject")
