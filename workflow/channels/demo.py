"""The demonstration's own gateway: a page shows each phone's messages as they arrive."""

from foundation.encryption import blind_index
from workflow.models import DemoDelivery


class DemoGateway:
    """Accepts everything, once per key."""

    def send(self, *, key: str, to: str, body: str) -> None:
        """Keep the text for the page that shows it."""
        DemoDelivery.objects.get_or_create(
            key=key, defaults={"to": to, "to_index": blind_index(to), "body": body}
        )
