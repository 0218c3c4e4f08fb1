"""The API's description of itself: OpenAPI, and a page to read and try it on. Works offline."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from foundation.errors import ErrorCode

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields", "data"],
            "properties": {
                "code": {"type": "string", "enum": [code.value for code in ErrorCode]},
                "message": {"type": "string", "description": "For the person, as it stands."},
                "fields": {"type": "object", "additionalProperties": {"type": "string"}},
                "data": {"type": "object", "additionalProperties": {}},
            },
        }
    },
}
REFUSED = {
    "description": "Refused, and why.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def add_errors(result: dict[str, Any], **_asked: object) -> dict[str, Any]:
    """Say once that every door refuses in the same shape."""
    result["components"].setdefault("schemas", {})["Error"] = ERROR
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["4XX"] = REFUSED
    return result


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # theirs
    """How staff sign in, for the schema."""

    target_class = "api.doors.StaffSession"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


@extend_schema(exclude=True)
class Schema(SpectacularAPIView):
    """The schema as a file. It says what can be asked, and nothing of what is stored."""

    custom_settings = {
        "POSTPROCESSING_HOOKS": [
            "drf_spectacular.hooks.postprocess_schema_enums",
            "api.schema.add_errors",
        ]
    }


@extend_schema(exclude=True)
class Docs(SpectacularSwaggerView):
    """The schema as a page."""

    url_name = "api-schema"
