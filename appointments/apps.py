from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what to do when a visit's due steps come round, and what we hold on people."""
        from appointments import held, when_due

        when_due.register()
        held.register()
