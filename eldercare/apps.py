from pathlib import Path

from django.apps import AppConfig


class EldercareConfig(AppConfig):
    name = "eldercare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take in our texts; count who comes; say what to do when our due steps come round.

        And have every write tell the boards of its lobby.
        """
        from branches import quiet
        from eldercare import board_stamp, guardian_route, queries, review_deadlines, timetable
        from workflow import texts

        texts.register_file(Path(__file__).with_name("texts.yaml"))
        quiet.register(queries.arrivals)
        timetable.register()
        guardian_route.register()
        review_deadlines.register()
        board_stamp.register()
