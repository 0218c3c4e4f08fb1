"""The five roles of DESIGN §1. A person has one role and a scope: branches, or a whole region."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a signed-in member of staff is here for."""

    ASSISTANT = "assistant", _("elder assistant")
    MANAGER = "manager", _("branch manager")
    OFFICER = "officer", _("regional officer")
    REVIEWER = "reviewer", _("consumer-protection reviewer")
    ADMINISTRATOR = "administrator", _("administrator")


BRANCH_ROLES = frozenset({Role.ASSISTANT, Role.MANAGER})
REGION_ROLES = frozenset({Role.OFFICER, Role.REVIEWER})
