"""Two codes at the door (验门码): who stands there is from the bank, and this is the customer.

Staff say theirs first and the customer compares it with their own page, message or card; then the
customer says theirs and staff enter it. The codes are drawn apart from each other, so that whoever
has heard one is no nearer to the other.
"""

import hmac
import secrets
import unicodedata

DIGITS = 4
MAX_TRIES = 5


def draw() -> tuple[str, str]:
    """Two independent codes that differ, so that nobody takes one for the other."""
    first = _code()
    second = _code()
    while second == first:
        second = _code()
    return first, second


def same(said: str, code: str) -> bool:
    """Whether what was typed is the code; takes equally long either way."""
    # A Chinese keyboard may give full-width digits.
    digits = "".join(str(unicodedata.decimal(sign)) for sign in said if sign.isdecimal())
    return hmac.compare_digest(digits.encode(), code.encode())


def _code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
