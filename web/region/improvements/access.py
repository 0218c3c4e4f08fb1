"""The only way from an address to an improvement, a theme or a suspension; else there is none."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from audits.models import Evidence, Improvement, Suspension, Theme
from audits.queries import improvement_page

M = TypeVar("M", bound=Model)


def get_improvement_or_404(
    user: User, public_id: UUID, permission: Permission = Permission.VIEW_AUDIT
) -> Improvement:
    """One improvement in scope; then the role that the door asks for."""
    row = _one(improvement_page(user), public_id=public_id)
    require(user, permission)
    return row


def get_evidence_photo_or_404(user: User, improvement: Improvement, public_id: UUID) -> Evidence:
    """One photo of this improvement."""
    rows = Evidence.objects.for_user(user, Permission.VIEW_AUDIT).exclude(file="")
    return _one(rows, improvement=improvement, public_id=public_id)


def get_theme_or_404(
    user: User, public_id: UUID, permission: Permission = Permission.VIEW_AUDIT
) -> Theme:
    """One theme of the region, or one that concerns a branch of this person's."""
    row = _one(Theme.objects.for_user(user, Permission.VIEW_AUDIT), public_id=public_id)
    require(user, permission)
    return row


def get_suspension_or_404(user: User, pk: int) -> Suspension:
    """One suspension, for those who may decide on it."""
    require(user, Permission.SUSPEND_BRANCH)
    rows = Suspension.objects.for_user(user, Permission.SUSPEND_BRANCH)
    return _one(rows.select_related("branch__region", "decided_by", "drafted_by"), pk=pk)


def _one(rows: QuerySet[M], **lookup: object) -> M:
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    return row
