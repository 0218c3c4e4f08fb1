"""Every queryset starts from ``for_user``: outside one's scope, rows do not exist."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Actor, Permission, may
from accounts.roles import Role

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that belong to a branch. Set ``branch_path`` to the lookup that leads there.

    An empty path means that the rows are branches themselves.
    """

    branch_path = "branch"

    def for_user(self, user: Actor, permission: Permission) -> Self:
        """The rows this person may do ``permission`` with; none for strangers.

        Branch roles are matched by subquery, not by join, so that no row comes twice.
        """
        if not isinstance(user, User) or not may(user, permission):
            return self.none()
        if user.role == Role.ADMINISTRATOR:
            return self.all()
        return self.filter(self._in_scope(user))

    def _in_scope(self, user: User) -> Q:
        path = self.branch_path
        if user.role in (Role.OFFICER, Role.REVIEWER):
            return Q(**{f"{path}__region" if path else "region": user.region_id})
        return Q(**{f"{path}__in" if path else "pk__in": user.branches.values("pk")})
