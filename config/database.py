"""Where the rows and the broker are: a URL from the environment, or the servers in ``var/``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EMBEDDED_FILE = "embedded.json"
SCHEMES = ("postgres", "postgresql")


def from_url(url: str) -> dict[str, Any]:
    """Django's database settings for ``postgresql://user:password@host:port/name?options``.

    Raises:
        ImproperlyConfigured: it is no PostgreSQL address with a name.
    """
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    if parts.scheme not in SCHEMES or not name:
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@dataclass(frozen=True)
class EmbeddedUrls:
    """The two servers that ``bin/serve`` keeps in ``var/``."""

    database: str = "postgresql://nuanban@127.0.0.1:54320/nuanban"
    redis: str = "redis://127.0.0.1:63790/0"

    def names_one_of(self, *urls: str) -> bool:
        """Whether any of the addresses is an embedded server's."""
        return self.database in urls or self.redis in urls


def embedded_urls(var: Path) -> EmbeddedUrls:
    """Where the embedded servers listen, as ``bin/serve`` wrote it down."""
    try:
        return EmbeddedUrls(**json.loads((var / EMBEDDED_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return EmbeddedUrls()
