from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, User


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin[Region]):
    list_display = ("code", "name_zh", "name_en")


@admin.register(User)
class NuanbanUserAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    list_display = ("username", "full_name", "role", "region", "is_active")
    list_filter = ("role", "region", "is_active")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("full_name", "email")}),
        (_("What they may do"), {"fields": ("role", "region", "is_active", "is_staff")}),
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
