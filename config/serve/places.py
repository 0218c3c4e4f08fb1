"""Where the launcher keeps its things: everything below one folder, ``var/`` unless told."""

import os
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]


class CannotServe(Exception):
    """Nuanban cannot start, for a reason that a person can act on."""


@dataclass(frozen=True)
class Place:
    """The folder of one running Nuanban, and the names in it."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def lock(self) -> Path:
        return self.var / "serve.lock"

    @property
    def running(self) -> Path:
        return self.var / "running.json"

    @property
    def addresses(self) -> Path:
        return self.var / "embedded.json"

    @property
    def prepared(self) -> Path:
        return self.var / "prepared.json"

    @property
    def worker_ready(self) -> Path:
        return self.var / "worker.ready"

    def make(self) -> None:
        """Make the folders.

        Raises:
            CannotServe: they are not ours to write.
        """
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            for folder in (self.var, self.logs):
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(13, "not ours to write", str(folder))
        except OSError as error:
            raise CannotServe(
                f"{self.var} cannot be written ({error.strerror}). Was it made by another user?"
                " Start as that user, delete it, or set NUANBAN_VAR to a folder of your own."
            ) from error


def chosen() -> Place:
    """``NUANBAN_VAR``, or ``var/`` beside the code."""
    return Place(Path(os.environ.get("NUANBAN_VAR") or BASE / "var").absolute())


def write_privately(path: Path, text: str) -> None:
    """Replace the file at once, readable only by us: a half-written one is never seen."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    new.replace(path)
