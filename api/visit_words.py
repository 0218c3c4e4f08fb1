"""What is asked and answered at ``/visits/``."""

from typing import Any

from rest_framework import serializers

from api.asked import BranchAsked
from appointments.models import HomeVisit
from appointments.states import DeclineReason, NotDoneReason, VisitStatus


class TeamSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    name = serializers.CharField(source="staff.name")
    badge = serializers.CharField(source="staff.badge")


class VisitSerializer(serializers.ModelSerializer[HomeVisit]):
    """A visit as staff see it: without the door codes, which are for the customer and the door."""

    id = serializers.UUIDField(source="public_id")
    branch = serializers.CharField(source="branch.code")
    customer = serializers.UUIDField(source="customer.public_id")
    service = serializers.CharField(source="service_version.service.code")
    window_start = serializers.DateTimeField(source="window.lower")
    window_end = serializers.DateTimeField(source="window.upper")
    team = TeamSerializer(many=True)
    replaces = serializers.UUIDField(source="replaces.public_id", allow_null=True, default=None)

    class Meta:
        model = HomeVisit
        fields = (
            *("id", "branch", "customer", "service", "status", "window_start", "window_end"),
            *("starts_at", "minutes", "team", "asked_by", "reason", "words", "replaces"),
        )
        read_only_fields = fields


class WindowSerializer(serializers.Serializer[Any]):
    """A window that can be kept at this moment; ``window`` is what a booking sends back."""

    window = serializers.CharField(source="value")
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    branch = serializers.CharField(source="branch.code", help_text="Whose people come.")


class VisitsAsked(BranchAsked):
    day = serializers.DateField(required=False, default=None)
    status = serializers.ChoiceField(VisitStatus.choices, required=False, default="")


class WindowsAsked(serializers.Serializer[Any]):
    customer = serializers.UUIDField()
    service = serializers.SlugField(max_length=40)


class Booking(WindowsAsked):
    window = serializers.CharField(max_length=20)


class Moving(serializers.Serializer[Any]):
    window = serializers.CharField(max_length=20)


class Reason(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class Words(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=300, allow_blank=True, default="")


class Code(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)


class Declining(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(DeclineReason.choices)


class GivingUp(Words):
    reason = serializers.ChoiceField(NotDoneReason.choices)
