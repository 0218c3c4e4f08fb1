"""How a reader wants the pages to look, kept in one small cookie.

The cookie holds choices, never a person: ``large.high``. Whatever cannot be understood falls back
to the normal look, so a broken cookie never breaks a page.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE_NAME = "nuanban_display"
COOKIE_AGE_SECONDS = 400 * 24 * 60 * 60  # browsers keep no cookie longer than 400 days


class Size(StrEnum):
    """Text sizes; ``larger`` lifts elder main text (20 px) past 30 px."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"


class Contrast(StrEnum):
    """The everyday look, or black on white with heavy lines."""

    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True)
class Preferences:
    """What the reader chose."""

    size: Size = Size.NORMAL
    contrast: Contrast = Contrast.NORMAL

    @classmethod
    def from_request(cls, request: HttpRequest) -> Self:
        """The choices in the cookie, or the normal look."""
        size, _, contrast = request.COOKIES.get(COOKIE_NAME, "").partition(".")
        return cls().choose(size=size, contrast=contrast)

    def choose(self, *, size: str = "", contrast: str = "") -> Self:
        """These choices with the named ones changed; unknown words change nothing."""
        return replace(
            self,
            size=Size(size) if size in set(Size) else self.size,
            contrast=Contrast(contrast) if contrast in set(Contrast) else self.contrast,
        )

    def remember(self, response: HttpResponse) -> None:
        """Keep the choices on the reader's device."""
        response.set_cookie(
            COOKIE_NAME,
            f"{self.size}.{self.contrast}",
            max_age=COOKIE_AGE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
