"""The only way from an address to a row: outside one's scope there is none (404), and a role that
does not hold the permission is told so (403)."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from branches.models import Branch
from branches.queries import branch_list
from eldercare.models import ServiceVersion
from eldercare.queries import service_versions

M = TypeVar("M", bound=Model)


def get_branch_or_404(user: User, code: str) -> Branch:
    """One branch in scope, with the numbers of the list."""
    return _one(branch_list(user), code=code)


def get_version_or_404(
    user: User, pk: int, permission: Permission = Permission.VIEW_SERVICE
) -> ServiceVersion:
    """One service version of the catalogue."""
    require(user, Permission.VIEW_SERVICE)
    version = _one(service_versions(user), pk=pk)
    require(user, permission)
    return version


def _one(rows: QuerySet[M], **lookup: object) -> M:
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404(_("There is no such thing here."))
    return row
