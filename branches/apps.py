from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "branches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what to do when something in the register falls due."""
        from branches import timetable

        timetable.register()
