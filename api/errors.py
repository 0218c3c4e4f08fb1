"""One shape for every refusal: ``{"error": {"code", "message", "fields", "data"}}``."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from foundation.errors import DomainError, ErrorCode

CODES = {
    status.HTTP_400_BAD_REQUEST: ErrorCode.INVALID_INPUT,
    status.HTTP_401_UNAUTHORIZED: ErrorCode.NOT_SIGNED_IN,
    status.HTTP_403_FORBIDDEN: ErrorCode.NOT_ALLOWED,
    status.HTTP_404_NOT_FOUND: ErrorCode.NOT_FOUND,
    status.HTTP_405_METHOD_NOT_ALLOWED: ErrorCode.METHOD_NOT_ALLOWED,
    status.HTTP_406_NOT_ACCEPTABLE: ErrorCode.NOT_JSON,
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: ErrorCode.NOT_JSON,
    status.HTTP_429_TOO_MANY_REQUESTS: ErrorCode.RATE_LIMITED,
}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The API's one place that turns an exception into an answer."""
    if isinstance(error, DomainError):
        return Response({"error": error.as_dict()}, status=error.http_status)
    response = exception_handler(error, context)
    if response is None:
        return None
    wait = getattr(error, "wait", None)
    refusal = DomainError(
        _message(error, response.data),
        code=CODES.get(response.status_code, ErrorCode.INVALID_INPUT),
        fields=_fields(response.data) if isinstance(error, exceptions.ValidationError) else None,
        data={"wait_seconds": round(wait)} if wait is not None else None,
    )
    response.data = {"error": refusal.as_dict()}
    return response


def _message(error: Exception, data: Any) -> str:
    if isinstance(error, exceptions.ValidationError):
        return str(DomainError.default_message)
    # The words of a missing row may name what was looked for; ours do not.
    if not isinstance(error, exceptions.APIException) and "detail" in data:
        missing = data["detail"].code == "not_found"
        return _("There is no such thing here.") if missing else str(data["detail"])
    return str(data["detail"]) if isinstance(data, Mapping) and "detail" in data else str(error)


def _fields(data: Any, prefix: str = "") -> dict[str, str]:
    """Every input at fault with its sentences, inner ones by a path with dots."""
    if isinstance(data, Mapping):
        found: dict[str, str] = {}
        for name, inner in data.items():
            found |= _fields(inner, f"{prefix}.{name}" if prefix else str(name))
        return found
    if isinstance(data, list):
        return {prefix or "body": " ".join(str(words) for words in data)}
    return {prefix or "body": str(data)}
