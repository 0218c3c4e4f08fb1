"""What several doors ask for alike: a branch to look at, a key that makes a repeat harmless."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import User
from foundation.errors import InvalidInput

KEY_LENGTH = range(8, 41)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Drawn anew for each form, 8 to 40 characters: the same key again is the same act.",
)


class BranchAsked(serializers.Serializer[Any]):
    """A list of one branch, by its code; without it, of all in scope."""

    branch = serializers.CharField(required=False, default="", max_length=20)


def idempotency_key(request: Request, user: User) -> str:
    """The caller's key, apart from everybody else's.

    Raises:
        InvalidInput: there is none, or it is too short or too long.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) not in KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise InvalidInput(
            fields={"Idempotency-Key": _("Send a header of 8 to 40 characters, new for each form.")}
        )
    return f"api:{user.pk}:{key}"
