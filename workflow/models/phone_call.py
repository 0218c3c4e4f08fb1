from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation import clock
from workflow.models.due_step import DueStep
from workflow.states import CallResult


class PhoneCall(models.Model):
    """One call that a due step asked for (电话告知): who phoned, what came of it. Append-only."""

    step = models.ForeignKey(DueStep, on_delete=models.PROTECT, related_name="calls")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    result = models.CharField(_("what came of it"), max_length=20, choices=CallResult)
    words = models.CharField(_("in words"), max_length=150, blank=True)
    again_at = models.DateTimeField(_("again at"), null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("phone call")
        verbose_name_plural = _("phone calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=CallResult.values), name="phone_call_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.result}"
