from pathlib import Path

from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take in our texts; say what due steps mean, what we hold, and who reckons journeys."""
        from appointments import held, legs, when_due
        from branches import commitments
        from workflow import texts

        texts.register_file(Path(__file__).with_name("texts.yaml"))
        commitments.register_journeys(legs.relink_next)
        when_due.register()
        held.register()
