"""Bring rows, words and static files up to date, in one Django process.

``python -m config.serve.prepare`` migrates, compiles translations, collects static files and loads
the demonstration; its last act is to write down the sign-ins. The launcher skips it when nothing of
what it reads has changed since (see :func:`stamp`).
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

from config.serve.places import BASE, Place, chosen, write_privately
from config.serve.words import compile_words

# What the four steps read. A change of any of these files makes the next start do them again.
READ = (
    "*/migrations/*.py",
    "*/static/**/*",
    "web/locale/**/*.po",
    "demo/**/*.py",
    "demo/data/**/*",
    "requirements.txt",
)


def stamp(database_url: str, mode: str) -> str:
    """A fingerprint of what preparation reads: names, sizes and times of the files."""
    told = hashlib.sha256(f"{database_url} {mode}".encode())
    for path in sorted(_files()):
        facts = path.stat()
        told.update(f"{path.relative_to(BASE)} {facts.st_size} {facts.st_mtime_ns}".encode())
    return told.hexdigest()


def _files() -> Iterator[Path]:
    for pattern in READ:
        for path in BASE.glob(pattern):
            if path.is_file() and path.relative_to(BASE).parts[0] not in {"var", ".venv"}:
                yield path


def done_before(place: Place, fingerprint: str) -> str | None:
    """The sign-ins that the same preparation printed, or None when there was none."""
    try:
        known = json.loads(place.prepared.read_text())
        return str(known["sign_ins"]) if known["stamp"] == fingerprint else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_down(place: Place, fingerprint: str, sign_ins: str) -> None:
    write_privately(place.prepared, json.dumps({"stamp": fingerprint, "sign_ins": sign_ins}))


def main() -> None:
    """Do the four steps, with a line about each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    compile_words()  # before Django reads them
    import django
    from django.apps import apps
    from django.core.management import call_command

    django.setup()
    call_command("check", stdout=io.StringIO())
    print("· tables", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    print("· static files", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    sign_ins = io.StringIO()
    if apps.is_installed("demo"):
        print("· the demonstration region", flush=True)
        call_command("load_demo", stdout=io.StringIO())
        call_command("demo_signins", stdout=sign_ins)
    fingerprint = os.environ.get("NUANBAN_STAMP", "")
    write_down(chosen(), fingerprint, sign_ins.getvalue().rstrip("\n"))


def one_line(error: Exception) -> str:
    """What a person can do about it, for errors that are not the code's."""
    from django.db import OperationalError

    if isinstance(error, OperationalError):
        return f"The database does not do as it is told: {error}".strip()
    return str(error).strip()


if __name__ == "__main__":
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    try:
        main()
    except (ImproperlyConfigured, CommandError, OperationalError) as known:
        raise SystemExit(one_line(known)) from None
