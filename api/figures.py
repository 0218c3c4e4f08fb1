"""The region's figures: ``/figures/``, the same numbers as on the region's page."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.doors import Door
from audits.fresh_figures import fresh_figures
from branches.models import Branch


class DaysAsked(serializers.Serializer[Any]):
    """From when until when, both included; this month, if nobody says."""

    first = serializers.DateField(required=False, default=None)
    last = serializers.DateField(required=False, default=None)


class FigureDoor(Door[Branch]):
    """What the regional office is answerable for, as of ``as_of``; at most a minute old."""

    may_see = Permission.VIEW_OPERATIONS
    queryset = Branch.objects.none()
    serializer_class = DaysAsked

    @extend_schema(parameters=[DaysAsked], responses=OpenApiTypes.OBJECT)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The figures of some days."""
        asked = DaysAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(asdict(fresh_figures(self.user, **asked.validated_data)))
