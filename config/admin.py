from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role


class NuanbanAdminSite(AdminSite):
    """The admin: for administrators, whatever ``is_staff`` says."""

    site_header = _("Nuanban administration")
    site_title = _("Nuanban")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.role == Role.ADMINISTRATOR
