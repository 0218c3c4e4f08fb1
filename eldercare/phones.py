"""Phone numbers: one written form, and the masked one that people see."""

import re

from django.utils.translation import gettext as _

from foundation.errors import InvalidInput

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}(-\d{1,6})?")
_PUNCTUATION = re.compile(r"[\s().·]|(?<=\d)-(?=\d{7,8}\b)")


def normalise(text: str) -> str:
    """The number as we keep it: digits, and ``-`` only before an extension.

    Takes full-width digits, spaces, brackets and a leading +86 or 0086 as people write them.

    Raises:
        InvalidInput: when it is neither a Chinese mobile number nor a landline with area code.
    """
    plain = text.translate({0xFF10 + d: str(d) for d in range(10)} | {0xFF0D: "-", 0xFF0B: "+"})
    plain = _PUNCTUATION.sub("", plain.strip())
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


def mask(phone: str) -> str:
    """``13812345678`` as ``138****5678``; landlines keep their last three digits."""
    if is_mobile(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{'*' * max(0, len(phone) - 3)}{phone[-3:]}"
