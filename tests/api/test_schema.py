"""The schema describes every door, and its page needs nobody else's server."""

import json
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, reverse
from drf_spectacular.validation import validate_schema

from api.urls import router, urlpatterns


@pytest.fixture
def schema(db: None) -> dict[str, Any]:
    answer = Client().get(reverse("api-schema"), {"format": "json"})
    assert answer.status_code == 200
    loaded: dict[str, Any] = json.loads(answer.content)
    return loaded


def test_schema_is_valid_openapi(schema: dict[str, Any]) -> None:
    validate_schema(schema)  # type: ignore[no-untyped-call]  # theirs


def documented(schema: dict[str, Any]) -> set[tuple[str, str]]:
    return {(path, verb) for path, doors in schema["paths"].items() for verb in doors}


def test_every_door_is_documented(schema: dict[str, Any]) -> None:
    doors = set()
    for pattern in router.urls:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern).replace("<pk>", "{id}").replace("<int:pk>", "{id}")
        for kind in ("uuid:public_id", "str:code", "code"):
            route = route.replace(f"<{kind}>", f"{{{kind.split(':')[-1]}}}")
        doors |= {(f"/api/v1/{route}", verb) for verb in pattern.callback.actions if verb != "head"}  # type: ignore[attr-defined]
    assert documented(schema) == doors


def test_every_door_says_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, verb in documented(schema):
        operation = schema["paths"][path][verb]
        assert operation["responses"]["4XX"]["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/Error"
        }
        assert operation["description"]
        assert operation["security"] == [{"session": []}]


def test_nothing_else_is_open() -> None:
    names = {getattr(pattern, "name", None) for pattern in urlpatterns}
    others = names - {getattr(pattern, "name", None) for pattern in router.urls}
    assert others == {"api-docs", "api-schema", "api-nothing"}


def test_page_loads_from_our_own_server_only(db: None) -> None:
    answer = Client().get(reverse("api-docs"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert reverse("api-docs") == "/api/v1/"
    assert "unsafe-inline" in answer.headers["Content-Security-Policy"]
    assert "https://" not in page.replace("https://www.w3.org", "")
    assert finders.find("drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")
