from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what to do when an improvement's due steps come round."""
        from audits import timetable

        timetable.register()
