"""What every room's administration pages have in common.

Administrators may do here what no page of daily use is for: registers and rosters. What has a life
cycle or a history is shown and never changed here, for its moves belong to the rooms' functions;
what is sealed is shown masked or not at all.
"""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

M = TypeVar("M", bound=Model)


class _ByRole:
    """Who may is decided at the door (``config.admin``), not by Django's own permissions."""

    admin_site: admin.AdminSite

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)


class RegisterAdmin(_ByRole, admin.ModelAdmin[M]):
    """A register: rows are added and corrected. Nothing that others point to is deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HistoryAdmin(_ByRole, admin.ModelAdmin[M]):
    """What happened, to be read."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _InlineByRole(_ByRole):
    extra = 0


class RegisterInline(_InlineByRole, admin.TabularInline[Any, Any]):
    """Lines of a register: hours, shifts. These may go, too."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)


class HistoryInline(_InlineByRole, admin.TabularInline[Any, Any]):
    """What happened to the row above."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventInline(HistoryInline):
    """The moves of a row, in order."""

    fields = ("at", "actor", "actor_kind", "from_status", "to_status", "reason")
    readonly_fields = fields
