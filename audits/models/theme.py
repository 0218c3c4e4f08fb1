import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import REGION_ROLES
from audits.models.improvement import Improvement
from branches.scoping import ScopedQuerySet
from foundation import clock


class ThemeQuerySet(ScopedQuerySet["Theme"]):
    def _in_scope(self, user: User) -> Q:
        if user.role in REGION_ROLES:
            return Q(region=user.region_id)
        theirs = Improvement.objects.filter(branch__in=user.branches.values("pk"))
        return Q(pk__in=theirs.values("theme"))


class Theme(models.Model):
    """One finding at many branches (主题): analysed once, with one measure for all of them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey("accounts.Region", on_delete=models.PROTECT, related_name="themes")
    title = models.CharField(_("title"), max_length=200)
    item_code = models.CharField(_("item"), max_length=10, blank=True)
    analysis = models.CharField(_("analysis"), max_length=1000, blank=True)
    measures = models.CharField(_("measures"), max_length=1000, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), default=clock.now)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.title
