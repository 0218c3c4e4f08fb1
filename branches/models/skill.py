"""What people have learnt: skills that a customer may need, and trainings that lapse."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.scoping import ScopedQuerySet
from foundation import clock
from foundation.models import Event


class Skill(models.TextChoices):
    """What a colleague can do for a customer."""

    SIGN_LANGUAGE = "sign_language", _("sign language")
    SHAANXI = "shaanxi", _("Shaanxi dialect")
    CANTONESE = "cantonese", _("Cantonese")
    SICHUAN = "sichuan", _("Sichuan dialect")
    SHANGHAI = "shanghai", _("Shanghai dialect")
    ENGLISH = "english", _("English")
    FIRST_AID = "first_aid", _("first aid")
    SMART_DEVICES = "smart_devices", _("teaching smart devices")


class StaffSkillQuerySet(ScopedQuerySet["StaffSkill"]):
    branch_path = "staff__branch"


class StaffSkill(models.Model):
    staff = models.ForeignKey("branches.Staff", on_delete=models.CASCADE, related_name="skills")
    skill = models.CharField(_("skill"), max_length=20, choices=Skill)

    objects = StaffSkillQuerySet.as_manager()

    class Meta:
        ordering = ["staff", "skill"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [
            models.UniqueConstraint(fields=["staff", "skill"], name="one_line_per_skill"),
            models.CheckConstraint(condition=Q(skill__in=Skill.values), name="skill_known"),
        ]

    def __str__(self) -> str:
        return self.get_skill_display()


class TrainingQuerySet(ScopedQuerySet["Training"]):
    branch_path = "staff__branch"

    def valid(self) -> "TrainingQuerySet":
        """Trainings that have not lapsed."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=clock.today()))


class Training(models.Model):
    """One training that a person has had; another after it lapses is another row."""

    staff = models.ForeignKey("branches.Staff", on_delete=models.CASCADE, related_name="trainings")
    skill = models.CharField(_("in"), max_length=20, choices=Skill, blank=True)
    title = models.CharField(_("training"), max_length=100)
    certificate = models.CharField(_("certificate number"), max_length=60, blank=True)
    taken_on = models.DateField(_("on"))
    # Class hours of 45 minutes, as the branches count them.
    hours = models.DecimalField(_("class hours"), max_digits=5, decimal_places=1)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            models.CheckConstraint(condition=Q(hours__gt=0), name="training_has_hours"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("taken_on")),
                name="training_expires_later",
            ),
            models.UniqueConstraint(
                fields=["staff", "title", "taken_on"], name="one_line_per_training"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.taken_on})"


class StaffEvent(Event):
    """Somebody came, moved, left."""

    staff = models.ForeignKey("branches.Staff", on_delete=models.PROTECT, related_name="events")
