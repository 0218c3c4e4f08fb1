"""A photo that is not one, one that is too large, and what a phone writes beside the picture."""

import struct
import zlib

import pytest

from audits.photos import LARGEST_BYTES, read_photo
from foundation.errors import InvalidInput


def png(width: int = 3, height: int = 2, *extra: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    picture = zlib.compress(b"".join(b"\0" + b"\xff" * 9 for _ in range(2)))
    chunks = [(b"IHDR", header), *extra, (b"IDAT", picture), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(orientation: int, secret: bytes = b"") -> bytes:
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + secret


def jpeg(width: int = 640, height: int = 480, *extra: bytes) -> bytes:
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"pic\xff\x00tu\xff\xd0re"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"".join(extra) + frame + scan + b"\xff\xd9"


@pytest.mark.parametrize(
    ("data", "extension", "size"), [(png(), "png", (3, 2)), (jpeg(), "jpg", (640, 480))]
)
def test_a_clean_photo_stays_as_it_is(data: bytes, extension: str, size: tuple[int, int]) -> None:
    photo = read_photo(data)
    assert (photo.extension, photo.width, photo.height) == (extension, *size)
    assert photo.clean == data


def test_place_camera_and_thumbnail_are_left_out() -> None:
    data = jpeg(640, 480, segment(0xE1, exif(1, b"GPS 34.26 108.94")), segment(0xFE, b"made by"))
    second = jpeg(64, 48, segment(0xE1, exif(1, b"GPS 34.26 108.94")))
    photo = read_photo(data + second + b"<script>behind the picture</script>")
    assert photo.clean == jpeg()


def test_which_way_up_it_was_held_is_kept() -> None:
    photo = read_photo(jpeg(640, 480, segment(0xE1, exif(6, b"GPS 34.26"))))
    assert b"GPS" not in photo.clean
    assert read_photo(photo.clean).clean == photo.clean
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in photo.clean


def test_text_in_a_png_is_left_out() -> None:
    assert read_photo(png(3, 2, (b"tEXt", b"Comment\0secret"))).clean == png()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff<script>",
        b"\x89PNG\r\n\x1a\n",
        png()[:40],
        png().replace(b"IHDR", b"IHDX"),
        jpeg()[:40],
        jpeg().replace(b"\xff\xd9", b""),
        jpeg(0, 480),
        jpeg(8000, 5000),
        png(100_000, 100_000),
        b"\xff\xd8\xff" + b"\0" * LARGEST_BYTES,
    ],
    ids=range(14),
)
def test_what_is_no_photo_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_photo(data)
    assert list(refusal.value.fields) == ["photo"]
