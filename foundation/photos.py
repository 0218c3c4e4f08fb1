"""Is it a photo, and what is left of it when only the picture is kept.

A file is looked at by its first bytes and its frame before anything of it is decoded: a script
that calls itself a photo, and a picture made to fill the memory, are refused unread. What remains
is decoded and written anew as a JPEG, turned the right way up and no larger than a screen needs:
place, camera, thumbnails, and whatever hangs behind the picture do not come along.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from foundation.errors import InvalidInput

LARGEST_BYTES: Final = 10 * 1024 * 1024
# The largest pictures that phones take by themselves. A JPEG is decoded at a fraction of its size,
# a PNG only whole.
MOST_PIXELS_JPEG: Final = 50_000_000
MOST_PIXELS_PNG: Final = 25_000_000
LONGEST_SIDE: Final = 2048
QUALITY: Final = 85
JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"
TOO_LARGE: Final = _("This photo has too many pixels. Please take it in a smaller size.")


@dataclass(frozen=True)
class Photo:
    """A JPEG without anything but the picture; ``width`` and ``height`` in pixels."""

    clean: bytes
    width: int
    height: int


def read_photo(data: bytes) -> Photo:
    """The photo, cleaned.

    Raises:
        InvalidInput: too many bytes or pixels, broken, or not a JPEG or PNG at all.
    """
    if len(data) > LARGEST_BYTES:
        raise _refused(_("This photo is larger than 10 MB. Please take it in a smaller size."))
    if not data.startswith((JPEG, PNG)):
        raise _refused(_("This is not a photo. Please send a JPEG or PNG picture."))
    try:
        return _written_anew(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(TOO_LARGE) from error
    except InvalidInput:
        raise
    except Exception as error:  # a damaged file fails in any way it likes
        raise _refused(_("This photo is damaged. Please take it again.")) from error


def _written_anew(data: bytes) -> Photo:
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
        most = MOST_PIXELS_JPEG if data.startswith(JPEG) else MOST_PIXELS_PNG
        if picture.width * picture.height > most:
            raise _refused(TOO_LARGE)
        # A JPEG can be decoded at a half, a quarter, an eighth: the rest is never in memory.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    written = BytesIO()
    flat.save(written, "JPEG", quality=QUALITY)
    return Photo(written.getvalue(), *flat.size)


def _refused(words: str | Promise) -> InvalidInput:
    return InvalidInput(words, fields={"photo": words})
