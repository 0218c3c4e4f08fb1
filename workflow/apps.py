from pathlib import Path

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take in our own texts, and say what our own due steps mean."""
        from workflow import calls, texts

        texts.register_file(Path(__file__).with_name("texts.yaml"))
        calls.register()
