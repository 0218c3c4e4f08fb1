from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TeamRole(models.TextChoices):
    HANDLER = "handler", _("handles the business")
    WITNESS = "witness", _("witnesses it")


class TeamMember(models.Model):
    """One of the two who come (双人上门), and the commitment that keeps their time for it."""

    visit = models.ForeignKey(
        "appointments.HomeVisit", on_delete=models.CASCADE, related_name="team"
    )
    role = models.CharField(_("role"), max_length=10, choices=TeamRole)
    staff = models.ForeignKey(
        "branches.Staff", verbose_name=_("staff"), on_delete=models.PROTECT, related_name="visits"
    )
    commitment = models.OneToOneField(
        "branches.Commitment", on_delete=models.PROTECT, related_name="team_member"
    )

    class Meta:
        ordering = ["visit", "role"]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=TeamRole.values), name="team_role_known"),
            models.UniqueConstraint(fields=["visit", "role"], name="one_person_per_role"),
            models.UniqueConstraint(fields=["visit", "staff"], name="two_distinct_people"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} ({self.get_role_display()})"
