"""One shape for every refusal: ``{"error": {"code", "message", "fields", "data"}}``."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from foundation.errors import DomainError


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's one place that turns an exception into an answer."""
    if isinstance(error, DomainError):
        return Response({"error": error.as_dict()}, status=error.http_status)
    return exception_handler(error, context)
