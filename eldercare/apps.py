from django.apps import AppConfig


class EldercareConfig(AppConfig):
    name = "eldercare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what to do when our due steps come round."""
        from eldercare import guardian_route, review_deadlines, timetable

        timetable.register()
        guardian_route.register()
        review_deadlines.register()
