"""The only way from an address to a version, an inspection or a photo: outside one's scope there is
none (404), and a role that does not hold the permission is told so (403)."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from audits.models import Evidence, Inspection, StandardVersion
from audits.publishing import standard_of
from audits.queries import inspections_of
from audits.standard import Item

M = TypeVar("M", bound=Model)


def get_version_or_404(user: User, label: str) -> StandardVersion:
    """One published version by its label, ``elder-branch-1``."""
    require(user, Permission.VIEW_AUDIT)
    code, _dash, number = label.rpartition("-")
    known = number.isdecimal() and len(number) < 5
    rows = StandardVersion.objects.published()
    return _one(rows, code=code, number=int(number) if known else 0)


def get_inspection_or_404(
    user: User, public_id: UUID, permission: Permission = Permission.VIEW_AUDIT
) -> Inspection:
    """One inspection in scope with its standard; the branch finds no unannounced one."""
    rows = Inspection.objects.for_user(user, Permission.VIEW_AUDIT)
    joined = rows.select_related("branch", "version", "inspector", "planned_by")
    inspection = _one(joined, public_id=public_id)
    require(user, permission)
    return inspection


def get_item_or_404(inspection: Inspection, code: str) -> Item:
    """One item of the standard that the inspection follows."""
    item = standard_of(inspection.version).by_code.get(code)
    if item is None:
        raise Http404(_("There is no such thing here."))
    return item


def get_photo_or_404(user: User, inspection: Inspection, public_id: UUID) -> Evidence:
    """One photo of an inspection in scope."""
    rows = Evidence.objects.for_user(user, Permission.VIEW_AUDIT).exclude(file="")
    return _one(rows, inspection=inspection, public_id=public_id)


def own_inspections(user: User) -> QuerySet[Inspection]:
    """What this person has been sent to do and has not ended, the next one first."""
    rows = inspections_of(user).open().filter(inspector=user)
    return rows.order_by("-status", "planned_for", "pk")


def _one(rows: QuerySet[M], **lookup: object) -> M:
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    return row
