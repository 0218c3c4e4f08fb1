"""Compile the translations that are newer than what was compiled of them."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.serve.places import BASE

LOCALE = BASE / "web" / "locale"


def compile_words(locale: Path = LOCALE) -> list[str]:
    """Compile each catalogue that needs it; returns their names.

    Babel does it in Python: ``msgfmt`` would have to be installed on the system.
    """
    compiled = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as words:
            catalogue = read_po(words)
        half = target.with_suffix(f".{os.getpid()}.half")
        with half.open("wb") as file:
            write_mo(file, catalogue)
        half.replace(target)
        compiled.append(f"{source.parent.parent.name}/{source.stem}")
    return compiled


if __name__ == "__main__":
    compile_words()
