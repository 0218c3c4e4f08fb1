"""Channels as ports: how a text leaves the building.

``DemoGateway`` is the demonstration's own: it keeps what it accepted, once per idempotency key, so
that a page can show each phone's messages as they arrive. Real gateways are added here as classes
with the same one method and named in ``settings.NUANBAN_CHANNELS``.
"""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.encryption import blind_index


class ChannelError(Exception):
    """It did not go out this time. ``words`` are for the operations page: no personal data."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class RetrySoon(ChannelError):
    """The gateway was busy or gone; the next try may work."""


class NeverRetry(ChannelError):
    """Trying again cannot help: the number does not exist, the text is refused."""


class Channel(Protocol):
    """Send one text to one phone; the same ``key`` again must not send it again.

    Raises ``RetrySoon`` or ``NeverRetry``.
    """

    def send(self, *, key: str, to: str, body: str) -> None: ...


class DemoGateway:
    """Accepts everything, once per key."""

    def send(self, *, key: str, to: str, body: str) -> None:
        from workflow.models import DemoDelivery

        DemoDelivery.objects.get_or_create(
            key=key, defaults={"to": to, "to_index": blind_index(to), "body": body}
        )


def channel_for(name: str) -> Channel:
    """The channel that settings name.

    Raises:
        NeverRetry: for a channel that is not configured.
    """
    path = settings.NUANBAN_CHANNELS.get(name)
    if path is None:
        raise NeverRetry(f"channel {name} is not configured")
    channel: Channel = import_string(path)()
    return channel
