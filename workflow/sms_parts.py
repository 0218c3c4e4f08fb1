"""How many text messages a text is sent as: what it costs, and what an old phone shows in pieces.

GSM 03.38: 160 characters of the basic alphabet in one message, 153 in each of several, some signs
count twice. Anything else goes as UCS-2: 70 characters in one, 67 in each of several.
"""

from math import ceil

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
GSM_ONE, GSM_EACH = 160, 153
UCS_ONE, UCS_EACH = 70, 67


def sms_parts(text: str) -> int:
    """The number of messages that ``text`` is sent as; 0 for an empty one."""
    if set(text) <= GSM_BASIC | GSM_TWICE:
        length = sum(2 if sign in GSM_TWICE else 1 for sign in text)
        one, each = GSM_ONE, GSM_EACH
    else:
        # Two bytes a unit: what lies beyond the basic plane (an emoji) takes two units.
        length = len(text.encode("utf-16-le")) // 2
        one, each = UCS_ONE, UCS_EACH
    if length <= one:
        return 1 if length else 0
    return ceil(length / each)
