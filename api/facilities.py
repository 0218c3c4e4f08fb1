"""What branches have, and what of it is broken: ``/facilities/``, ``/faults/``."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.asked import BranchAsked
from api.doors import Door
from branches import faults
from branches.models import Facility, FacilityFault
from branches.states import FaultStatus


class FacilitySerializer(serializers.ModelSerializer[Facility]):
    branch = serializers.CharField(source="branch.code")
    type = serializers.CharField(source="type.code")

    class Meta:
        model = Facility
        fields = ("id", "branch", "type", "quantity", "state", "stands_at")
        read_only_fields = fields


class FaultSerializer(serializers.ModelSerializer[FacilityFault]):
    branch = serializers.CharField(source="facility.branch.code")
    facility = serializers.IntegerField(source="facility_id")
    reported_by = serializers.CharField(source="reported_by.full_name")

    class Meta:
        model = FacilityFault
        fields = (
            *("id", "branch", "facility", "status", "words"),
            *("reported_by", "reported_at", "closed_at"),
        )
        read_only_fields = fields


class Report(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=300, allow_blank=True, default="")


class Closing(serializers.Serializer[Any]):
    to = serializers.ChoiceField([FaultStatus.REPAIRED.value, FaultStatus.MISTAKEN.value])
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class FaultsAsked(BranchAsked):
    open = serializers.BooleanField(required=False, default=False, help_text="Only open ones.")


class FacilityDoor(mixins.RetrieveModelMixin, Door[Facility]):
    """What the branches in scope have."""

    may_see = Permission.VIEW_BRANCH
    may = {"report": Permission.REPORT_FAULT}
    serializer_class = FacilitySerializer
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Facility]:
        return self.scoped(Facility.objects.select_related("branch", "type"))

    @extend_schema(parameters=[BranchAsked], responses=FacilitySerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The facilities of a branch, or of all."""
        asked = BranchAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        branches = self.branches_asked(asked.validated_data["branch"])
        return self.listed(self.get_queryset().filter(branch__in=branches))

    @extend_schema(request=Report, responses={201: FaultSerializer})
    @action(detail=True, methods=["post"])
    def report(self, request: Request, pk: int) -> Response:
        """Report it broken; it is out of use until the fault is closed."""
        facility = self.get_object()
        said = Report(data=request.data)
        said.is_valid(raise_exception=True)
        fault = faults.report_fault(
            facility=facility, words=said.validated_data["words"], actor=self.user
        )
        return Response(FaultSerializer(fault).data, status=status.HTTP_201_CREATED)


class FaultDoor(mixins.RetrieveModelMixin, Door[FacilityFault]):
    """Facilities found broken, from the report to the repair."""

    may_see = Permission.VIEW_BRANCH
    may = {"close": Permission.REPAIR_FAULT}
    serializer_class = FaultSerializer
    lookup_value_converter = "int"
    ordering = "-pk"

    def get_queryset(self) -> QuerySet[FacilityFault]:
        rows = FacilityFault.objects.select_related("facility__branch", "reported_by")
        return self.scoped(rows)

    @extend_schema(parameters=[FaultsAsked], responses=FaultSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The faults of a branch, or of all; the newest first."""
        asked = FaultsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        branches = self.branches_asked(asked.validated_data["branch"])
        rows = self.get_queryset().filter(facility__branch__in=branches)
        if asked.validated_data["open"]:
            rows = rows.filter(status=FaultStatus.REPORTED)
        return self.listed(rows)

    @extend_schema(request=Closing, responses=FaultSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: int) -> Response:
        """Close it as repaired, or as reported by mistake."""
        fault = self.get_object()
        said = Closing(data=request.data)
        said.is_valid(raise_exception=True)
        closed = faults.close_fault(
            fault=fault,
            to=FaultStatus(said.validated_data["to"]),
            reason=said.validated_data["reason"],
            actor=self.user,
        )
        return Response(FaultSerializer(closed).data)
