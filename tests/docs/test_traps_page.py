"""The page on traps names tests that are really there."""

import re

from config.serve.places import BASE


def test_every_test_that_is_named_is_there() -> None:
    page = (BASE / "docs" / "traps.md").read_text()
    file, named = "", []
    for part in re.findall(r"`((?:\w+/)*test_\w+\.py)?::(test_\w+)`", page):
        file = part[0] or file
        named.append((file, part[1]))
    assert len(named) > 40
    missing = [
        (file, test)
        for file, test in named
        if f"def {test}(" not in (BASE / "tests" / file).read_text()
    ]
    assert missing == []
