"""The check of translations finds what a reader of the pages would stumble over."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from config.gate.words import faults
from config.serve.words import compile_words

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


def found(entry: str) -> list[str]:
    return list(faults(read_po(BytesIO(f"{HEAD}\n{entry}".encode()), locale="zh_Hans")))


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Book a visit"\nmsgstr "预约上门"',
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s 天"',
        '#, python-format\nmsgid "with %(name)s"\nmsgstr "由 %(name)s 陪同"',
    ],
)
def test_a_whole_sentence_is_no_fault(entry: str) -> None:
    assert found(entry) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('msgid "Book a visit"\nmsgstr ""', "no Chinese"),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] ""', "no Chinese"),
        ('#, fuzzy\nmsgid "Book a visit"\nmsgstr "取消上门"', "uncertain"),
        ('msgid "预约上门"\nmsgstr "预约上门"', "not English"),
        ('#, python-format\nmsgid "with %(name)s"\nmsgstr "由 %(who)s 陪同"', "name"),
    ],
)
def test_what_a_reader_would_stumble_over_is_a_fault(entry: str, said: str) -> None:
    (line,) = found(entry)

    assert said in line


def test_only_what_is_newer_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(f'{HEAD}\nmsgid "Book"\nmsgstr "预约"\n', encoding="utf-8")

    assert compile_words(tmp_path) == ["zh_Hans/django"]
    assert compile_words(tmp_path) == []
    assert source.with_suffix(".mo").read_bytes()
