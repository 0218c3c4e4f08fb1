"""Doors of the API, version 1. Whatever is not listed is a 404 in the API's own shape."""

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from api.branches import BranchDoor, ServiceDoor
from api.customers import CustomerDoor
from api.escorts import EscortDoor
from api.facilities import FacilityDoor, FaultDoor
from api.figures import FigureDoor
from api.schema import Docs, Schema
from api.visits import VisitDoor

router = SimpleRouter(use_regex_path=False)
router.register("branches", BranchDoor, "api-branch")
router.register("services", ServiceDoor, "api-service")
router.register("facilities", FacilityDoor, "api-facility")
router.register("faults", FaultDoor, "api-fault")
router.register("customers", CustomerDoor, "api-customer")
router.register("escorts", EscortDoor, "api-escort")
router.register("visits", VisitDoor, "api-visit")
router.register("figures", FigureDoor, "api-figures")


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Any other address."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound

    def get(self, request: Request, rest: str) -> Response:
        raise NotFound


urlpatterns: list[URLPattern | URLResolver] = [
    path("", Docs.as_view(), name="api-docs"),
    path("schema/", Schema.as_view(), name="api-schema"),
    *router.urls,
    re_path(r"^(?P<rest>.+)$", NothingHere.as_view(), name="api-nothing"),
]
