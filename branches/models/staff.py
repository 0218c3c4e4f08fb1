from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet


class StaffQuerySet(ScopedQuerySet["Staff"]):
    def active(self) -> "StaffQuerySet":
        return self.filter(is_active=True)


class Staff(models.Model):
    """An elder assistant (爱心助老员) or lobby manager, with the badge that customers check."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="staff",
    )
    branch = models.ForeignKey(
        "branches.Branch", verbose_name=_("branch"), on_delete=models.PROTECT, related_name="staff"
    )
    name = models.CharField(_("name"), max_length=60)
    badge = models.CharField(_("badge number"), max_length=20, unique=True)
    can_handle = models.BooleanField(_("may handle business at a home visit"), default=False)
    can_witness = models.BooleanField(_("may witness a home visit"), default=True)
    can_drive = models.BooleanField(_("may drive to a home visit"), default=False)
    badge_valid_until = models.DateField(_("badge valid until"), null=True, blank=True)
    photo = models.ForeignKey(
        "branches.BranchPhoto",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)
    is_active = models.BooleanField(_("works here"), default=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["branch", "badge"]
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [
            models.CheckConstraint(condition=~Q(badge=""), name="staff_has_badge"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(is_active=False),
                name="staff_gone_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.badge})"
