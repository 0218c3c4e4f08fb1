"""Chinese names by their sound, without tones: 钟楼 is "zhonglou", and "zl" by its initials.

Characters with several readings take the commonest one in their word.
"""

from functools import cache, lru_cache
from types import ModuleType

REMEMBERED = 16_384


@cache
def _library() -> ModuleType:
    """The library and its large dictionaries: loaded by the first name, not by every process."""
    import pypinyin

    # A branch of a bank is a háng, not a xíng; the library's words do not have them.
    pypinyin.load_phrases_dict({"支行": [["zhī"], ["háng"]], "分行": [["fēn"], ["háng"]]})
    return pypinyin


def letters(name: str) -> str:
    """All letters of a name in characters or in pinyin, run together; empty when it has none."""
    return _letters("".join(_library().lazy_pinyin(name)))


@lru_cache(REMEMBERED)
def sounds(name: str) -> tuple[str, str]:
    """A name's whole pinyin and its initials. Remembered, and so not for names of persons."""
    library = _library()
    initials = library.lazy_pinyin(name, style=library.Style.FIRST_LETTER)
    return letters(name), _letters("".join(initials))


def sounds_like(typed: str, name: str) -> bool:
    """Whether Latin letters as typed ("zhong lou", "zl") occur in a name's pinyin or initials.

    Never for anything but Latin letters, spaces and apostrophes: characters are compared as such.
    """
    plain = typed.replace(" ", "").replace("'", "").lower()
    if not plain.isascii() or not plain.isalpha():
        return False
    return any(plain in sound for sound in sounds(name))


def _letters(text: str) -> str:
    return "".join(one for one in text.lower() if one.isalpha())
