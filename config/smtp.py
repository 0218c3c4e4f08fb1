"""Where mail goes out: one URL, as for rows and the broker."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """What Django asks for."""

    host: str
    port: int
    user: str
    password: str
    ssl: bool
    starttls: bool


def from_url(url: str) -> MailServer:
    """``smtps://user:password@host:465``; also ``smtp`` (plain) and ``smtp+starttls``.

    Raises:
        ImproperlyConfigured: it is no such URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"NUANBAN_SMTP_URL must begin with one of {', '.join(PORTS)}.")
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ssl=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+starttls",
    )
