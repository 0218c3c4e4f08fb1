"""Pictures for tests, as a phone would take them."""

from io import BytesIO
from typing import Any

from PIL import Image

ORIENTATION = 0x0112
COMMENT = 0x010E


def picture(size: tuple[int, int] = (64, 48), form: str = "JPEG", **options: Any) -> bytes:
    """A picture whose upper half is red and whose lower half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0], size[1] // 2))
    written = BytesIO()
    image.convert(options.pop("mode", "RGB")).save(written, form, **options)
    return written.getvalue()


def notes(words: str, *, orientation: int = 1) -> Image.Exif:
    """What a phone writes beside the picture."""
    exif = Image.Exif()
    exif[COMMENT], exif[ORIENTATION] = words, orientation
    return exif
