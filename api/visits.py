"""Home visits: windows that can be kept, bookings, and every move: ``/visits/``."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.asked import IDEMPOTENCY_KEY, idempotency_key
from api.doors import Door
from api.visit_words import (
    Booking,
    Code,
    Declining,
    GivingUp,
    Moving,
    Reason,
    VisitsAsked,
    VisitSerializer,
    WindowsAsked,
    WindowSerializer,
    Words,
)
from appointments import screening, visits
from appointments.asking import Asker
from appointments.availability import demand_for, open_windows, window_start
from appointments.booking import book_visit, cancel_visit, move_visit
from appointments.models import HomeVisit
from appointments.models.home_visit import AskedBy
from appointments.queries import visits_joined
from appointments.states import DeclineReason, NotDoneReason
from eldercare.models import Customer, ServiceVersion

BOOK, RUN, APPROVE = Permission.BOOK_VISIT, Permission.RUN_VISIT, Permission.APPROVE_VISIT


class VisitDoor(mixins.RetrieveModelMixin, Door[HomeVisit]):
    """The home visits in scope: of the branch that sends the team or that knows the customer."""

    may_see = Permission.VIEW_VISIT
    may = (
        dict.fromkeys(("windows", "create", "move", "cancel"), BOOK)
        | dict.fromkeys(("approve", "decline"), APPROVE)
        | dict.fromkeys(("set_off", "arrive", "enter_code", "finish", "give_up"), RUN)
    )
    serializer_class = VisitSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    ordering = "-pk"

    def get_queryset(self) -> QuerySet[HomeVisit]:
        if getattr(self, "swagger_fake_view", False):
            return HomeVisit.objects.none()
        return visits_joined(self.user).select_related("service_version__service", "replaces")

    @extend_schema(parameters=[VisitsAsked], responses=VisitSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The visits in scope, the newest booking first."""
        asked = VisitsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        rows = self.get_queryset()
        if data["branch"]:
            rows = rows.filter(branch__in=self.branches_asked(data["branch"]))
        if data["day"]:
            rows = rows.filter(starts_at__date=data["day"])
        if data["status"]:
            rows = rows.filter(status=data["status"])
        return self.listed(rows)

    @extend_schema(parameters=[WindowsAsked], responses=WindowSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def windows(self, request: Request) -> Response:
        """Every window that can be kept now for this customer and service."""
        asked = WindowsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        customer, version = self._for_whom(asked.validated_data)
        answers = open_windows(customer.branch, demand_for(customer, version))
        found = [window for answer in answers for window in answer.windows]
        return Response(WindowSerializer(found, many=True).data)

    @extend_schema(request=Booking, responses={201: VisitSerializer}, parameters=[IDEMPOTENCY_KEY])
    def create(self, request: Request) -> Response:
        """Book a window; a lost race answers 409 with the next best in ``data.windows``."""
        said = Booking(data=request.data)
        said.is_valid(raise_exception=True)
        customer, version = self._for_whom(said.validated_data)
        visit = book_visit(
            customer=customer,
            version=version,
            window_start=window_start(said.validated_data["window"]),
            key=idempotency_key(request, self.user),
            asker=self._asker,
        )
        return Response(VisitSerializer(visit).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Moving, responses={201: VisitSerializer}, parameters=[IDEMPOTENCY_KEY])
    @action(detail=True, methods=["post"])
    def move(self, request: Request, public_id: str) -> Response:
        """Move it to another window: a new visit takes its place."""
        visit = self.get_object()
        said = Moving(data=request.data)
        said.is_valid(raise_exception=True)
        moved = move_visit(
            visit=visit,
            window_start=window_start(said.validated_data["window"]),
            key=idempotency_key(request, self.user),
            asker=self._asker,
        )
        return Response(VisitSerializer(moved).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=Reason, responses=VisitSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancel it before anybody has set off."""
        visit = self.get_object()
        said = Reason(data=request.data)
        said.is_valid(raise_exception=True)
        reason = said.validated_data["reason"]
        return self._answer(cancel_visit(visit=visit, reason=reason, asker=self._asker))

    @extend_schema(request=None, responses=VisitSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, public_id: str) -> Response:
        """The branch manager lets a risky visit through."""
        return self._answer(screening.approve(visit=self.get_object(), actor=self.user))

    @extend_schema(request=Declining, responses=VisitSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, public_id: str) -> Response:
        """The branch manager says no, and why."""
        visit = self.get_object()
        said = Declining(data=request.data)
        said.is_valid(raise_exception=True)
        reason = DeclineReason(said.validated_data["reason"])
        return self._answer(screening.decline(visit=visit, reason=reason, actor=self.user))

    @extend_schema(request=None, responses=VisitSerializer)
    @action(detail=True, methods=["post"], url_path="set-off")
    def set_off(self, request: Request, public_id: str) -> Response:
        """The team sets off."""
        return self._answer(visits.set_off(visit=self.get_object(), actor=self.user))

    @extend_schema(request=None, responses=VisitSerializer)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, public_id: str) -> Response:
        """Both stand at the door."""
        return self._answer(visits.arrive(visit=self.get_object(), actor=self.user))

    @extend_schema(request=Code, responses=VisitSerializer)
    @action(detail=True, methods=["post"], url_path="code")
    def enter_code(self, request: Request, public_id: str) -> Response:
        """The customer has said their code; five wrong ones stop the visit."""
        visit = self.get_object()
        said = Code(data=request.data)
        said.is_valid(raise_exception=True)
        code = said.validated_data["code"]
        return self._answer(visits.enter_code(visit=visit, said=code, actor=self.user))

    @extend_schema(request=Words, responses=VisitSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, public_id: str) -> Response:
        """What was to be done is done."""
        visit = self.get_object()
        said = Words(data=request.data)
        said.is_valid(raise_exception=True)
        words = said.validated_data["words"]
        return self._answer(visits.finish(visit=visit, words=words, actor=self.user))

    @extend_schema(request=GivingUp, responses=VisitSerializer)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, public_id: str) -> Response:
        """It could not be made, and why."""
        visit = self.get_object()
        said = GivingUp(data=request.data)
        said.is_valid(raise_exception=True)
        data = said.validated_data
        reason = NotDoneReason(data["reason"])
        return self._answer(
            visits.give_up(visit=visit, reason=reason, words=data["words"], actor=self.user)
        )

    @property
    def _asker(self) -> Asker:
        return Asker(AskedBy.STAFF, user=self.user)

    def _for_whom(self, data: dict[str, Any]) -> tuple[Customer, ServiceVersion]:
        customers = Customer.objects.for_user(self.user, Permission.VIEW_CUSTOMER)
        customer = get_object_or_404(customers.select_related("branch"), public_id=data["customer"])
        offered = ServiceVersion.objects.offered()
        return customer, get_object_or_404(offered, service__code=data["service"])

    def _answer(self, visit: HomeVisit) -> Response:
        return Response(VisitSerializer(visit).data)
