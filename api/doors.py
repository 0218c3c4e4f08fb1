"""What every door of the API has: who may pass, how often, and how much is handed out at once.

A door names the permission that each of its actions needs. Outside one's scope there is no row
(404); a role that does not hold the permission is told so (403). Staff sign in with their session;
another way to sign in (a token for a machine) is one more class in ``authentication_classes``.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from redis.exceptions import RedisError
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.permissions import Permission, require
from branches.models import Branch
from branches.scoping import ScopedQuerySet

M = TypeVar("M", bound=Model)


class StaffSession(SessionAuthentication):
    """The staff's own sign-in, with its CSRF check. A stranger is asked to sign in (401)."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class Turnstile(UserRateThrottle):
    """Ten requests a second and person are plenty. Without a cache everybody passes."""

    rate = "600/min"

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            return True


class Pages(CursorPagination):
    """Fifty rows at a time, two hundred at most, in an order that does not shift."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return (str(view.ordering),)


class Door(GenericViewSet[M]):
    """A resource. ``may_see`` is needed for everything, ``may`` besides for single actions."""

    authentication_classes = (StaffSession,)
    permission_classes = (IsAuthenticated,)
    throttle_classes = (Turnstile,)
    pagination_class = Pages
    ordering = "pk"

    may_see: ClassVar[Permission]
    may: ClassVar[Mapping[str, Permission]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(self.user, self.may_see)
        require(self.user, self.may.get(self.action or "", self.may_see))

    @property
    def user(self) -> User:
        """Who asks.

        Raises:
            NotAuthenticated: nobody that we know.
        """
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return self.request.user

    def scoped(self, rows: ScopedQuerySet[M]) -> QuerySet[M]:
        """What of these rows the person who asks may see; none while the schema is drawn."""
        user = getattr(self.request, "user", AnonymousUser())
        return rows.for_user(user, self.may_see)

    def branches_asked(self, code: str) -> QuerySet[Branch]:
        """The branch that a list is asked for, or all in scope."""
        visible = Branch.objects.for_user(self.user, Permission.VIEW_BRANCH)
        return visible.filter(code=code) if code else visible

    def listed(self, rows: QuerySet[M]) -> Response:
        """One page of these rows."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
