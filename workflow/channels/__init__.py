"""Channels as ports: how a text leaves the building.

Settings name a class for each channel (``NUANBAN_CHANNELS``): the demonstration's own gateway, the
providers' (each in a module of its own, its SDK imported when the first text goes out), e-mail,
whatever Apprise speaks, and a person who phones.
"""

from django.conf import settings
from django.utils.module_loading import import_string

from workflow.channels.by_email import Email
from workflow.channels.by_person import PersonWhoPhones
from workflow.channels.demo import DemoGateway
from workflow.channels.port import (
    ByTemplate,
    Channel,
    ChannelError,
    Filled,
    NeverRetry,
    RetrySlowly,
    RetrySoon,
)

PERSON = "person"

__all__ = [
    "PERSON",
    "ByTemplate",
    "Channel",
    "ChannelError",
    "DemoGateway",
    "Email",
    "Filled",
    "NeverRetry",
    "PersonWhoPhones",
    "RetrySlowly",
    "RetrySoon",
    "channel_for",
    "takes_several",
]


def channel_for(name: str) -> Channel | ByTemplate:
    """The channel that settings name.

    Raises:
        NeverRetry: for a channel that is not configured.
    """
    path = settings.NUANBAN_CHANNELS.get(name)
    if not path:
        raise NeverRetry(f"channel {name} is not configured")
    channel: Channel | ByTemplate = import_string(path)()
    return channel


def takes_several(name: str) -> bool:
    """Whether several texts for one phone may go as one."""
    path = settings.NUANBAN_CHANNELS.get(name)
    if not path:
        return False
    if not issubclass(import_string(path), ByTemplate):
        return True
    # A gateway of approved templates may, when one has been approved for it.
    return any(code.startswith("digest.") for code in settings.NUANBAN_SMS_TEMPLATES)
