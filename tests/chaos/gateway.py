"""The demonstration's gateway with a hand on its shoulder: files say when it must wait.

Runs inside a real worker; the test holds it before or after it has accepted a message, and kills
the worker there.
"""

import os
import time
from pathlib import Path

from workflow.channels import DemoGateway

PATIENCE = 30.0


class HeldGateway(DemoGateway):
    """Waits while ``hold-before`` or ``hold-after`` exists, and says that it does."""

    def __init__(self) -> None:
        self.folder = Path(os.environ["NUANBAN_CHAOS_FOLDER"])

    def send(self, *, key: str, to: str, body: str) -> None:
        self._wait("hold-before")
        super().send(key=key, to=to, body=body)
        self._wait("hold-after")

    def _wait(self, name: str) -> None:
        hold = self.folder / name
        deadline = time.monotonic() + PATIENCE
        while hold.exists() and time.monotonic() < deadline:
            (self.folder / "held").touch()
            time.sleep(0.02)
