from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "appointments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what due steps mean, what we hold on people, and who reckons journeys."""
        from appointments import held, legs, when_due
        from branches import commitments

        commitments.register_journeys(legs.relink_next)
        when_due.register()
        held.register()
