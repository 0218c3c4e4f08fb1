"""What the gateway has accepted, in a file of its own: the truth that rows are held against.

It holds no phone and no text, only their fingerprints.
"""

import hashlib
import sqlite3
import threading
from collections import Counter
from pathlib import Path


class Record:
    """An append-only table of accepted messages; nothing in it keeps a key unique."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS accepted (key TEXT, phone TEXT, text TEXT, at REAL)"
        )
        self._rows.execute("CREATE INDEX IF NOT EXISTS by_key ON accepted (key)")

    def knows(self, key: str) -> bool:
        """Whether a message with this key was accepted; one without a key never is known."""
        with self._lock:
            row = self._rows.execute("SELECT 1 FROM accepted WHERE key = ?", [key]).fetchone()
        return bool(key) and row is not None

    def accept(self, *, key: str, phone: str, text: str, at: float) -> None:
        """Write down that a message has gone out."""
        values = (key, _fingerprint(phone), _fingerprint(text), at)
        with self._lock:
            self._rows.execute("INSERT INTO accepted VALUES (?, ?, ?, ?)", values)

    def accepted(self) -> "Counter[str]":
        """How often each key was accepted."""
        with self._lock:
            rows = self._rows.execute("SELECT key, count(*) FROM accepted GROUP BY key").fetchall()
        return Counter(dict(rows))

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
