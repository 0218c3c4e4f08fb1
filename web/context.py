"""What every page may say without asking: the reader's look and the line that a person answers."""

from django.conf import settings
from django.http import HttpRequest

from web.preferences import Preferences

DEFAULT_PHONE_LINE = "95555"


def phone_line() -> str:
    """The number behind the help button."""
    return str(getattr(settings, "NUANBAN_PHONE_LINE", DEFAULT_PHONE_LINE))


def preferences(request: HttpRequest) -> dict[str, object]:
    """Context: ``display`` (size, contrast) and ``phone_line``."""
    return {"display": Preferences.from_request(request), "phone_line": phone_line()}
