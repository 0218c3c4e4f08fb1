"""How workers reach the gateway of a chaos run: one POST, one second's patience."""

import http.client
import json
import os
import urllib.error
import urllib.request

from workflow.channels import RetrySoon

PATIENCE = 1.0


class HttpGateway:
    """Posts to ``NUANBAN_CHAOS_GATEWAY``, with the idempotency key."""

    def send(self, *, key: str, to: str, body: str) -> None:
        """Send one text.

        Raises:
            RetrySoon: no answer, a busy one, or nonsense. It may have been accepted all the same.
        """
        post(os.environ["NUANBAN_CHAOS_GATEWAY"], {"key": key, "to": to, "body": body})


def post(url: str, given: dict[str, str]) -> None:
    """Post and understand the answer.

    Raises:
        RetrySoon: as :meth:`HttpGateway.send`.
    """
    request = urllib.request.Request(url, json.dumps(given).encode())  # noqa: S310  # http, ours
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RetrySoon(f"the gateway: {type(error).__name__}") from error
