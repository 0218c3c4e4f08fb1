from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """The last sign of life of a part that works behind the pages: ``beat``, ``queue:messages`` …

    In real time and not in the demonstration's: a clock that is hurried wakes nobody from the dead.
    """

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
