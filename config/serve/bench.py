"""Run one benchmark: ``bin/bench NAME [--json] [its own arguments]``.

A benchmark is ``benchmarks/NAME.py`` with a first line that says what it measures and a ``main()``
that prints a table and returns its figures as a dictionary. It finds migrated, empty tables and a
broker; one that needs neither says ``NEEDS_ROWS = False`` and starts at once.
"""

import ast
import contextlib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.serve.errands import throw_away_servers
from config.serve.places import BASE, CannotServe

FOLDER = BASE / "benchmarks"


def names() -> dict[str, str]:
    """Each benchmark and what it measures."""
    found = {}
    for file in sorted(FOLDER.glob("[!_]*.py")):
        if any(getattr(node, "name", "") == "main" for node in _tree(file).body):
            found[file.stem] = (ast.get_docstring(_tree(file)) or "").partition("\n")[0]
    return found


def needs_rows(file: Path) -> bool:
    """Whether the benchmark wants servers; all do that do not decline."""
    for node in _tree(file).body:
        if isinstance(node, ast.Assign) and ast.unparse(node) == "NEEDS_ROWS = False":
            return False
    return True


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@contextlib.contextmanager
def rows() -> Iterator[None]:
    """Servers, Django and empty tables for the length of a ``with``."""
    with throw_away_servers() as addresses:
        os.environ.update(addresses)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def run(name: str, own: list[str], *, as_json: bool) -> int:
    """Run the benchmark's ``main()``; with ``as_json`` its figures are the last line printed."""
    sys.argv = [f"bin/bench {name}", *own]
    with rows() if needs_rows(FOLDER / f"{name}.py") else contextlib.nullcontext():
        figures: Any = importlib.import_module(f"benchmarks.{name}").main()
    if as_json:
        if not isinstance(figures, dict):
            print(f"bin/bench: {name}.main() returns no figures.", file=sys.stderr)
            return 1
        print(json.dumps(figures, default=float), flush=True)
    return 0


def main() -> int:
    """The command line of ``bin/bench``."""
    given = [word for word in sys.argv[1:] if word != "--json"]
    known = names()
    if not given or given[0] not in known:
        print("bin/bench NAME [--json], where NAME is one of:")
        for name, words in known.items():
            print(f"  {name:<20} {words}")
        return 1 if given else 0
    try:
        return run(given[0], given[1:], as_json="--json" in sys.argv)
    except CannotServe as reason:
        print(f"bin/bench: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
