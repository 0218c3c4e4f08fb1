"""Who is in the lobby, and who is at their side: ``/escorts/``."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.asked import IDEMPOTENCY_KEY, BranchAsked, idempotency_key
from api.doors import Door
from branches.models import Staff
from eldercare import escorts
from eldercare.models import Customer, Escort, ServiceVersion
from eldercare.models.customer import Need

RUN = Permission.RUN_ESCORT


class EscortSerializer(serializers.ModelSerializer[Escort]):
    id = serializers.UUIDField(source="public_id")
    branch = serializers.CharField(source="branch.code")
    customer = serializers.UUIDField(source="customer.public_id", allow_null=True, default=None)
    service = serializers.CharField(source="service_version.service.code")
    assistant = serializers.CharField(source="assistant.badge", allow_null=True, default=None)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices))

    class Meta:
        model = Escort
        fields = (
            *("id", "branch", "customer", "called", "service", "needs", "status"),
            *("arrived_at", "taken_at", "finished_at", "assistant", "kit_given", "outcome"),
        )
        read_only_fields = fields


class Arrival(serializers.Serializer[Any]):
    branch = serializers.CharField(max_length=20)
    service = serializers.SlugField(max_length=40)
    customer = serializers.UUIDField(required=False, default=None)
    nickname = serializers.CharField(max_length=60, allow_blank=True, default="")
    needs = serializers.ListField(
        child=serializers.ChoiceField(Need.choices), default=list, max_length=len(Need.values)
    )


class Assistant(serializers.Serializer[Any]):
    assistant = serializers.CharField(max_length=20, help_text="The badge number.")
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class Outcome(serializers.Serializer[Any]):
    outcome = serializers.CharField(max_length=300, allow_blank=True, default="")
    kit_given = serializers.BooleanField(default=False)


class Leaving(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class EscortsAsked(BranchAsked):
    open = serializers.BooleanField(required=False, default=False, help_text="On the board now.")


class EscortDoor(mixins.RetrieveModelMixin, Door[Escort]):
    """The escorts in scope."""

    may_see = Permission.VIEW_ESCORT
    may = dict.fromkeys(("create", "take", "hand_over", "finish", "leave"), RUN)
    serializer_class = EscortSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    ordering = "-pk"

    def get_queryset(self) -> QuerySet[Escort]:
        joined = ("branch", "customer", "service_version__service", "assistant")
        return self.scoped(Escort.objects.select_related(*joined))

    @extend_schema(parameters=[EscortsAsked], responses=EscortSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The escorts of a branch, or of all; the newest first."""
        asked = EscortsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        branches = self.branches_asked(asked.validated_data["branch"])
        rows = self.get_queryset().filter(branch__in=branches)
        if asked.validated_data["open"]:
            rows = rows.filter(pk__in=Escort.objects.open().values("pk"))
        return self.listed(rows)

    @extend_schema(request=Arrival, responses={201: EscortSerializer}, parameters=[IDEMPOTENCY_KEY])
    def create(self, request: Request) -> Response:
        """Log an arrival: they wait from now on."""
        said = Arrival(data=request.data)
        said.is_valid(raise_exception=True)
        data = said.validated_data
        customers = Customer.objects.for_user(self.user, Permission.VIEW_CUSTOMER)
        escort = escorts.log_arrival(
            client_key=idempotency_key(request, self.user),
            branch=get_object_or_404(self.branches_asked(data["branch"])),
            service_version=get_object_or_404(
                ServiceVersion.objects.offered(), service__code=data["service"]
            ),
            customer=get_object_or_404(customers, public_id=data["customer"])
            if data["customer"]
            else None,
            nickname=data["nickname"],
            needs=data["needs"],
            actor=self.user,
        )
        return Response(EscortSerializer(escort).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Assistant, responses=EscortSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, public_id: str) -> Response:
        """An assistant takes somebody who waits."""
        escort = self.get_object()
        _said, person = self._assistant(request)
        return self._answer(escorts.take(escort=escort, assistant=person, actor=self.user))

    @extend_schema(request=Assistant, responses=EscortSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, public_id: str) -> Response:
        """Another assistant goes on."""
        escort = self.get_object()
        said, person = self._assistant(request)
        return self._answer(
            escorts.hand_over(escort=escort, to=person, reason=said["reason"], actor=self.user)
        )

    @extend_schema(request=Outcome, responses=EscortSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, public_id: str) -> Response:
        """Done: what was done, and whether a care kit was given."""
        escort = self.get_object()
        said = Outcome(data=request.data)
        said.is_valid(raise_exception=True)
        return self._answer(escorts.finish(escort=escort, actor=self.user, **said.validated_data))

    @extend_schema(request=Leaving, responses=EscortSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, public_id: str) -> Response:
        """They went away before being served."""
        escort = self.get_object()
        said = Leaving(data=request.data)
        said.is_valid(raise_exception=True)
        return self._answer(escorts.leave(escort=escort, actor=self.user, **said.validated_data))

    def _assistant(self, request: Request) -> tuple[dict[str, Any], Staff]:
        said = Assistant(data=request.data)
        said.is_valid(raise_exception=True)
        staff = Staff.objects.for_user(self.user, Permission.VIEW_STAFF)
        return said.validated_data, get_object_or_404(staff, badge=said.validated_data["assistant"])

    def _answer(self, escort: Escort) -> Response:
        return Response(EscortSerializer(escort).data)
