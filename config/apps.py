from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    """Wiring: it owns no rows, only Celery and the checks that keep production honest."""

    name = "config"

    def ready(self) -> None:
        # Celery's application must exist before anything publishes a task. It is made here and not
        # in ``config/__init__.py``, so that the launcher need not import it.
        from config import celery, checks  # noqa: F401


class NuanbanAdminConfig(AdminConfig):
    """Django's admin behind our own door: administrators only."""

    default_site = "config.admin.NuanbanAdminSite"
