"""A photo that is not one, one that is too large, and what a phone writes beside the picture."""

import struct
import zlib
from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from foundation.errors import InvalidInput
from foundation.photos import LARGEST_BYTES, LONGEST_SIDE, read_photo
from tests.photos import notes, picture


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be large and is not."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_each_kind_of_picture_becomes_a_plain_jpeg(form: str, mode: str) -> None:
    if (form, mode) in {("JPEG", "P"), ("JPEG", "RGBA")}:
        mode = "CMYK"
    photo = read_photo(picture(form=form, mode=mode))
    kept = opened(photo.clean)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (64, 48))
    assert (photo.width, photo.height) == (64, 48)
    assert kept.getexif() == {}


def test_place_camera_and_what_hangs_behind_are_left_out() -> None:
    data = picture(exif=notes("GPS 34.26"), comment=b"made by") + picture() + b"<script>"
    clean = read_photo(data).clean
    assert not [word for word in (b"GPS", b"made by", b"<script>", b"Exif") if word in clean]
    assert clean.count(b"\xff\xd9") == 1


def test_it_is_turned_the_right_way_up() -> None:
    photo = read_photo(picture(exif=notes("", orientation=6)))
    assert (photo.width, photo.height) == (48, 64)
    red, _green, blue = opened(photo.clean).getpixel((40, 32))  # type: ignore[misc]
    assert (red > 200, blue > 50) == (True, False)


def test_it_is_no_larger_than_a_screen() -> None:
    photo = read_photo(picture((5712, 4284)))
    assert (photo.width, photo.height) == (LONGEST_SIDE, 1536)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not a photo"),
        (b"GIF89a", "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a photo"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\xff\xd8\xff<script>", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (picture(form="PNG").replace(b"IHDR", b"IHDX"), "damaged"),
        (picture()[:300], "damaged"),
        (bomb(1, 1), "damaged"),
        (bomb(0, 5), "damaged"),
        (bomb(6000, 5000), "too many pixels"),
        (bomb(10_000, 10_000), "too many pixels"),
        (bomb(100_000, 100_000), "too many pixels"),
        (b"\xff\xd8\xff" + b"\0" * LARGEST_BYTES, "10 MB"),
    ],
    ids=range(14),
)
def test_what_is_no_photo_or_too_large_is_refused(data: bytes, word: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_photo(data)
    assert list(refusal.value.fields) == ["photo"]
    with translation.override("en"):
        assert word in str(refusal.value.message)
