"""Keys that everybody knows: for a demonstration and for tests, never for customers.

Production is given ``NONE`` and so must be told its own; ``config/checks.py`` refuses these.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    """Defaults for the three secrets; ``None`` means that there is none."""

    secret: str | None
    fields: tuple[str, ...]
    blind_index: str | None


KEYS = Keys(
    secret="development-only-secret-that-production-refuses-to-start-with",  # noqa: S106
    fields=("ZGV2ZWxvcG1lbnQtb25seS1maWVsZC1rZXktMzJieXQ=",),
    blind_index="development-only-blind-index-key",
)
NONE = Keys(secret=None, fields=(), blind_index=None)
