"""Whether every sentence of the pages has its Chinese.

``python -m config.gate.words`` collects the sentences of all rooms in a copy of the tree, merges
them with the catalogue and names what is missing, uncertain or not in English. ``--write`` keeps
the merged catalogue, with empty places to fill in.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

BASE = Path(__file__).resolve().parents[2]
CATALOGUE = Path("web/locale/zh_Hans/LC_MESSAGES/django.po")
ROOMS = (
    *("config", "foundation", "accounts", "workflow", "branches", "eldercare"),
    *("planning", "appointments", "audits", "api", "web", "demo", "chaos"),
)
SUFFIXES = {".py", ".html", ".txt", ".po", ".yaml"}
CHINESE = re.compile(r"[\u3400-\u9fff]")


def merge(copy: Path) -> Path:
    """Collect the sentences in ``copy``, a folder that is empty; returns the merged catalogue.

    Raises:
        SystemExit: gettext's programs are missing, or could not read a file.
    """
    if shutil.which("xgettext") is None:
        raise SystemExit("xgettext is missing. On Debian and Ubuntu: apt-get install gettext")
    shutil.copy(BASE / "manage.py", copy)
    for room in ROOMS:
        for source in (BASE / room).rglob("*"):
            if source.suffix in SUFFIXES and source.is_file():
                target = copy / source.relative_to(BASE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
    (copy / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    options = ("--locale=zh_Hans", "--no-location", "--no-obsolete", "--verbosity=0")
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", *options],
        check=False,
        cwd=copy,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"Collecting the sentences failed:\n{done.stderr or done.stdout}")
    return copy / CATALOGUE


def faults(catalogue: Catalog) -> Iterator[str]:
    """One line for each sentence that a reader of the pages would meet untranslated or broken."""
    for message in catalogue:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        if CHINESE.search(name):
            yield f"not English: {name!r}"
        if not _is_whole(message, catalogue.num_plurals):
            yield f"no Chinese: {name!r}"
        elif message.fuzzy:
            yield f"uncertain (fuzzy): {name!r}"
        else:
            yield from (f"{error}: {name!r}" for error in message.check(catalogue))


def _is_whole(message: Message, plurals: int) -> bool:
    words = message.string
    return all(words[:plurals]) if isinstance(words, (list, tuple)) else bool(words)


def main() -> int:
    """Print what is wrong with the catalogue; 1 when there is anything."""
    with tempfile.TemporaryDirectory() as folder:
        merged = merge(Path(folder))
        if "--write" in sys.argv[1:]:
            (BASE / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(merged, BASE / CATALOGUE)
        with merged.open("rb") as file:
            catalogue = read_po(file)
    found = sorted(faults(catalogue))
    for line in found:
        print(line)
    print(f"{len(catalogue)} sentences, {len(found)} faults in {CATALOGUE}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
