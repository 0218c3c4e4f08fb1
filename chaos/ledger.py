"""What customers were told is done: written by the crowd as it hears it, one JSON object a line."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

What = Literal["booked", "moved", "cancelled", "crashed"]


@dataclass(frozen=True)
class Word:
    """One answer, about ``visit``; ``instead_of`` is the visit that it replaced.

    ``crashed`` is no answer: ``key`` names the error that a customer was shown instead.
    """

    what: What
    visit: str
    key: str = ""
    instead_of: str = ""


class Ledger:
    """A file that only grows; threads may write at the same time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def write(self, word: Word) -> None:
        """Keep an acknowledgement."""
        with self._lock, self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(word)) + "\n")

    def words(self) -> Iterator[Word]:
        """All that was acknowledged, in order."""
        if self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                yield Word(**json.loads(line))
