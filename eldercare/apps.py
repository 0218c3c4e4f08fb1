from django.apps import AppConfig


class EldercareConfig(AppConfig):
    name = "eldercare"
    default_auto_field = "django.db.models.BigAutoField"
