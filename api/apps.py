from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The doors for programs. No rules live here."""

    name = "api"
