"""Phone numbers: one written form, and the masked one that people see."""

import re

from django.utils.translation import gettext as _

from foundation.errors import InvalidInput

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}(-\d{1,6})?")
_EXTENSION = re.compile(r"\s*(?:转|轉|分机|分機|ext\.?|x|#|,)\s*(?=\d{1,6}\s*$)", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s().·]")
_AFTER_AREA = re.compile(r"(?<=\d)-(?=\d{7,8}\b)")


def normalise(text: str) -> str:
    """The number as we keep it: digits, and ``-`` only before an extension.

    Takes full-width digits, spaces, brackets, a leading +86 or 0086, and an extension after 转,
    分机, ext, # or -, as people write them.

    Raises:
        InvalidInput: when it is neither a Chinese mobile number nor a landline with area code.
    """
    plain = text.translate({0xFF10 + d: str(d) for d in range(10)} | {0xFF0D: "-", 0xFF0B: "+"})
    plain = _EXTENSION.sub("-", plain.strip())
    plain = _AFTER_AREA.sub("", _PUNCTUATION.sub("", plain))
    plain = re.sub(r"^(\+86|0086)-?", "", plain)
    if _MOBILE.fullmatch(plain.replace("-", "")):
        return plain.replace("-", "")
    if _LANDLINE.fullmatch(plain):
        return plain
    raise InvalidInput(
        fields={
            "phone": _(
                "Please give a mobile number of 11 digits, or a landline with its area code."
            )
        }
    )


def is_mobile(phone: str) -> bool:
    """Whether a normalised number can receive a text message."""
    return bool(_MOBILE.fullmatch(phone))


def dial(phone: str) -> str:
    """What a link calls: an extension follows after two pauses, so that it reaches the person."""
    number, _hyphen, extension = phone.partition("-")
    return f"{number},,{extension}" if extension else number


def mask(phone: str) -> str:
    """``13812345678`` as ``138****5678``; landlines keep their last three digits."""
    if is_mobile(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{'*' * max(0, len(phone) - 3)}{phone[-3:]}"
