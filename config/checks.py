"""What production must not start with.

Django runs checks before every command, but not when a web server or a worker starts: those ask
:func:`refuse_unsafe_production`.
"""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from config.development_keys import KEYS


@register(Tags.security)
def production_is_safe(
    app_configs: Sequence[Any] | None,  # noqa: ARG001 - Django calls every check with it
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Refuse production with DEBUG, keys that everybody knows, embedded servers, or no host."""
    if not settings.PRODUCTION:
        return []
    return [
        Error(f"Production refuses to start: {words}", id=f"nuanban.{number}")
        for broken, number, words in _rules()
        if broken
    ]


def _rules() -> list[tuple[bool, str, str]]:
    """What is wrong, or not: (broken, number, words)."""
    return [
        (settings.DEBUG, "E001", "NUANBAN_DEBUG is on."),
        (
            KEYS.secret == settings.SECRET_KEY or len(settings.SECRET_KEY) < 50,
            "E002",
            "NUANBAN_SECRET_KEY is a default or shorter than 50 characters.",
        ),
        (
            not settings.NUANBAN_FIELD_KEYS
            or bool(set(KEYS.fields) & set(settings.NUANBAN_FIELD_KEYS)),
            "E003",
            "NUANBAN_FIELD_KEYS is missing or a default.",
        ),
        (
            not all(_is_field_key(key) for key in settings.NUANBAN_FIELD_KEYS),
            "E008",
            "NUANBAN_FIELD_KEYS holds something that is no Fernet key.",
        ),
        (
            KEYS.blind_index == settings.NUANBAN_BLIND_INDEX_KEY,
            "E004",
            "NUANBAN_BLIND_INDEX_KEY is a default.",
        ),
        (settings.EMBEDDED, "E005", "DATABASE_URL and REDIS_URL must name real servers."),
        (not settings.ALLOWED_HOSTS, "E006", "NUANBAN_HOSTS names no host."),
        (
            "workflow.channels.DemoGateway" in settings.NUANBAN_CHANNELS.values(),
            "E007",
            "NUANBAN_SMS_CHANNEL is the demonstration's: nobody would get a message.",
        ),
    ]


def _is_field_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def refuse_unsafe_production() -> None:
    """Do not go on with what production must not start with.

    Raises:
        ImproperlyConfigured: with all that is wrong.
    """
    errors = production_is_safe(None)
    if errors:
        raise ImproperlyConfigured(" ".join(f"{error.msg} ({error.id})" for error in errors))
