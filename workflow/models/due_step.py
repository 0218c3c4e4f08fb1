from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from workflow.states import StepStatus


class DueStep(models.Model):
    """Something to be done at a time (到期事项): by the system, or by a named role in a branch.

    ``key`` makes each step happen once. ``version`` is the subject's version when the step was
    made; whoever acts re-reads the subject and decides whether it still applies.
    """

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    branch_code = models.CharField(_("branch"), max_length=20, db_index=True, blank=True)
    due_at = models.DateTimeField(_("due"))
    status = models.CharField(
        _("status"), max_length=20, choices=StepStatus, default=StepStatus.WAITING
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    outcome = models.CharField(_("what came of it"), max_length=200, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("due step")
        verbose_name_plural = _("due steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=StepStatus.values), name="due_step_status_known"
            ),
        ]
        indexes = [
            # In the order in which they are claimed: all teams are announced at one moment.
            models.Index(
                fields=["due_at", "id"],
                name="due_step_waiting",
                condition=Q(status=StepStatus.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
