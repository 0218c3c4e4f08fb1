"""Tables of allowed moves. A machine is data: the docs and the tests are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import TextChoices

from foundation.errors import MoveRefused

S = TypeVar("S", bound=TextChoices)


@dataclass(frozen=True)
class Moves(Generic[S]):
    """From each status, the statuses that may follow. Every status must be named.

    Raises:
        ValueError: when the table leaves a status out, so that none is forgotten silently.
    """

    name: str
    statuses: type[S]
    table: Mapping[S, frozenset[S]]

    # Every machine of the house by name, in the order in which the rooms were opened.
    known: ClassVar[dict[str, "Moves[Any]"]] = {}

    def __post_init__(self) -> None:
        missing = set(self.statuses) - set(self.table)
        if missing:
            raise ValueError(f"{self.name}: no line for {sorted(s.value for s in missing)}")
        self.known[self.name] = self

    def allows(self, before: str, after: str) -> bool:
        """Whether ``before`` may become ``after``."""
        return self.statuses(after) in self.table[self.statuses(before)]

    def check(self, before: str, after: str) -> None:
        """Refuse a move that is not in the table.

        Raises:
            MoveRefused: with both statuses in its data.
        """
        if not self.allows(before, after):
            raise MoveRefused(data={"machine": self.name, "from": before, "to": after})

    @property
    def ends(self) -> frozenset[S]:
        """The statuses from which nothing follows."""
        return frozenset(status for status, after in self.table.items() if not after)

    def as_markdown(self) -> str:
        """The table for docs/states.md: one line a status, in the order in which they are named."""
        lines = [f"## {self.name.capitalize()}", "", "| from | to |", "|---|---|"]
        for status in self.statuses:
            after = [f"`{s.value}`" for s in self.statuses if s in self.table[status]]
            lines.append(f"| `{status.value}` | {' · '.join(after) or 'nothing follows'} |")
        return "\n".join(lines)
