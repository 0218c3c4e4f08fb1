from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    """Wiring: it owns no rows, only the checks that keep production honest."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401


class NuanbanAdminConfig(AdminConfig):
    """Django's admin behind our own door: administrators only."""

    default_site = "config.admin.NuanbanAdminSite"
