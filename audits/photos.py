"""Is it a photo, how large is it, and what the phone wrote into it beside the picture.

Reads the frame of a JPEG or PNG without decoding the picture: enough to refuse a script that calls
itself a photo and a picture made to fill the memory. Everything but the picture is left out (place,
camera, thumbnails), save for which way up it was held.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.errors import InvalidInput

LARGEST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 24_000_000
JPEG: Final = b"\xff\xd8\xff"
PNG: Final = b"\x89PNG\r\n\x1a\n"
# Frame headers hold the size; C4, C8 and CC are tables that share their range.
JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN: Final = 0xDA
END_OF_IMAGE: Final = 0xD9
RESTARTS: Final = frozenset(range(0xD0, 0xD8))
EXIF_MARKER: Final = 0xE1
# JFIF, colour profile and Adobe's colour transform are needed to show it as it was.
JPEG_KEPT: Final = frozenset({0xE0, 0xE2, 0xEE})
PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"}
)
ORIENTATION_TAG: Final = 0x0112


@dataclass(frozen=True)
class Photo:
    extension: str
    width: int
    height: int
    clean: bytes


def read_photo(data: bytes) -> Photo:
    """The photo, cleaned.

    Raises:
        InvalidInput: too many bytes or pixels, broken, or not a JPEG or PNG at all.
    """
    if len(data) > LARGEST_BYTES:
        raise _refused(_("This photo is larger than 10 MB. Please take it in a smaller size."))
    try:
        if data.startswith(JPEG):
            photo = _jpeg(data)
        elif data.startswith(PNG):
            photo = _png(data)
        else:
            raise _refused(_("This is not a photo. Please send a JPEG or PNG picture."))
    except (struct.error, IndexError, ValueError) as error:
        raise _refused(_("This photo is damaged. Please take it again.")) from error
    if photo.width * photo.height > MOST_PIXELS:
        raise _refused(_("This photo has too many pixels. Please take it in a smaller size."))
    return photo


def _refused(words: object) -> InvalidInput:
    return InvalidInput(fields={"photo": words})  # type: ignore[dict-item]  # lazy words


def _jpeg(data: bytes) -> Photo:
    size: tuple[int, int] | None = None
    kept = [b"\xff\xd8"]
    for marker, body in _segments(data):
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", body[1:5])
            size = (width, height)
        if marker == EXIF_MARKER:
            if (turned := _orientation(body)) != 1:
                kept.append(_exif_with(turned))
        elif marker == START_OF_SCAN:
            kept.append(body)
        elif marker < 0xE0 or marker in JPEG_KEPT:
            kept.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)
    if size is None or 0 in size:
        raise ValueError("no frame")
    return Photo("jpg", *size, b"".join([*kept, b"\xff\xd9"]))


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment's marker and body up to the picture's end; a scan comes whole.

    Whatever hangs behind the end (a film, a second picture with its own notes) is left out.
    """
    at = 2
    while data[at + 1] != END_OF_IMAGE:
        if data[at] != 0xFF:
            raise ValueError("lost its place")
        marker = data[at + 1]
        [length] = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("cut short")
        if marker == START_OF_SCAN:
            end = _end_of_scan(data, end)
            yield marker, data[at:end]
        else:
            yield marker, data[at + 4 : end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands: within a scan FF is followed by 00 or by a restart mark."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0 and data[at + 1] not in RESTARTS:
            return at
        at += 2


def _orientation(body: bytes) -> int:
    """Which way up the phone was held (1 to 8); 1 when it does not say."""
    if not body.startswith(b"Exif\0\0"):
        return 1
    tiff = body[6:]
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        [first] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            entry = first + 2 + 12 * number
            tag, _kind, _n, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == ORIENTATION_TAG and 1 <= value <= 8:
                return int(value)
    except struct.error:
        pass  # damaged notes do not make a bad picture
    return 1


def _exif_with(orientation: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION_TAG, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return struct.pack(">BBH", 0xFF, EXIF_MARKER, len(body) + 2) + body


def _png(data: bytes) -> Photo:
    kept = [PNG]
    size: tuple[int, int] | None = None
    at = len(PNG)
    name = b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        [crc] = struct.unpack_from(">I", chunk, 8 + length)
        if crc != zlib.crc32(chunk[4 : 8 + length]):
            raise ValueError("checksum")
        if name == b"IHDR":
            size = struct.unpack_from(">II", chunk, 8)
        if name in PNG_KEPT:
            kept.append(chunk)
        at += 12 + length
    if size is None or 0 in size:
        raise ValueError("no header")
    return Photo("png", *size, b"".join(kept))
