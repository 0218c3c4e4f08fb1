"""Customers, masked: ``/customers/``. Full details are for pages that record who reads them."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.asked import BranchAsked
from api.doors import Door
from eldercare.models import Customer
from eldercare.models.customer import Need


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    id = serializers.UUIDField(source="public_id")
    branch = serializers.CharField(source="branch.code")
    phone = serializers.CharField(source="masked_phone")
    address = serializers.CharField(source="masked_address")
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices))
    has_place = serializers.BooleanField(help_text="Whether we know where to go.")

    class Meta:
        model = Customer
        fields = (
            *("id", "branch", "name", "preferred_name", "birth_year"),
            *("phone", "address", "needs", "contact_by", "has_place"),
        )
        read_only_fields = fields


class CustomersAsked(BranchAsked):
    last4 = serializers.RegexField(
        r"^\d{4}$", required=False, default="", help_text="The last four digits of the phone."
    )


class CustomerDoor(mixins.RetrieveModelMixin, Door[Customer]):
    """The customers in scope."""

    may_see = Permission.VIEW_CUSTOMER
    serializer_class = CustomerSerializer
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Customer]:
        return self.scoped(Customer.objects.select_related("branch"))

    @extend_schema(parameters=[CustomersAsked], responses=CustomerSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The customers of a branch, or of all; or those with these last digits."""
        asked = CustomersAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        branches = self.branches_asked(asked.validated_data["branch"])
        rows = self.get_queryset().filter(branch__in=branches)
        if asked.validated_data["last4"]:
            rows = rows.filter(phone_last4=asked.validated_data["last4"])
        return self.listed(rows)
