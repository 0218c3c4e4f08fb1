"""An address as a square of dots that a phone reads (ISO/IEC 18004)."""

import segno
from django.utils.safestring import SafeString, mark_safe

# A quarter of the square may be dirty or torn: it hangs on doors and is shown on old phones.
CORRECTION = "q"


def qr_code(address: str) -> SafeString:
    """The square as inline SVG that grows with its box, quiet zone included.

    Of ``address`` nothing stands in the markup but dots.
    """
    code = segno.make(address, error=CORRECTION, micro=False)
    drawn = code.svg_inline(svgclass="nb-qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308  # made here, of dots
