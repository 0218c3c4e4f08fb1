from django.apps import AppConfig


class EldercareConfig(AppConfig):
    name = "eldercare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what to do when an escort's due steps come round."""
        from eldercare import timetable

        timetable.register()
