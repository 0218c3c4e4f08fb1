"""Branches and what they offer: ``/branches/``, ``/services/``."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.doors import Door
from branches.models import Branch
from branches.queries import branch_list
from eldercare.models import ServiceVersion


class BranchSerializer(serializers.ModelSerializer[Branch]):
    region = serializers.CharField(source="region.code")

    class Meta:
        model = Branch
        fields = (
            *("code", "region", "name_zh", "name_en", "kind", "address", "phone"),
            *("latitude", "longitude", "is_active"),
        )
        read_only_fields = fields


class ServiceSerializer(serializers.ModelSerializer[ServiceVersion]):
    code = serializers.CharField(source="service.code")

    class Meta:
        model = ServiceVersion
        fields = (
            *("code", "number", "name_zh", "name_en", "prepare_zh", "prepare_en"),
            *("minutes", "risk", "at_home", "at_branch"),
        )
        read_only_fields = fields


class BranchDoor(mixins.ListModelMixin, mixins.RetrieveModelMixin, Door[Branch]):
    """The branches in scope."""

    may_see = Permission.VIEW_BRANCH
    serializer_class = BranchSerializer
    lookup_field = "code"
    ordering = "code"

    def get_queryset(self) -> QuerySet[Branch]:
        if getattr(self, "swagger_fake_view", False):
            return Branch.objects.none()
        return branch_list(self.user).select_related("region")


class ServiceDoor(Door[ServiceVersion]):
    """What two reviewers have let through and customers may be offered today."""

    may_see = Permission.VIEW_SERVICE
    serializer_class = ServiceSerializer
    ordering = "service__code"

    @extend_schema(responses=ServiceSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The catalogue."""
        rows = ServiceVersion.objects.offered().select_related("service")
        return self.listed(rows)
