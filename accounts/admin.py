from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, User
from foundation.admin import RegisterAdmin

# Rights hang on the role alone (accounts.permissions); groups would promise something else.
admin.site.unregister(Group)


@admin.register(Region)
class RegionAdmin(RegisterAdmin[Region]):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")


@admin.register(User)
class NuanbanUserAdmin(RegisterAdmin[User], UserAdmin):  # type: ignore[type-arg]  # theirs is plain
    """Sign-ins. Rights come from the role; Django's own groups and flags are not offered."""

    list_display = ("username", "full_name", "role", "region", "is_active", "last_login")
    list_filter = ("role", "region", "is_active")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("full_name", "email")}),
        (_("What they may do"), {"fields": ("role", "region", "is_active")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "full_name", "role", "region", "password1", "password2"),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody takes their own key away, nor gives themselves another role."""
        return ("role", "region", "is_active") if obj is not None and obj == request.user else ()
