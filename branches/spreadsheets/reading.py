"""Open a spreadsheet that came from outside, and give its rows as text. Nothing is trusted.

The sizes in the archive's directory are checked before anything is unpacked, and unpacking stops
where they lied; cells are read as text, and what Excel would calculate is refused.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from foundation.errors import InvalidInput, Words

MOST_BYTES: Final = 10 * 1024 * 1024
# A full sheet of 5,000 rows unpacks to about 3 MB.
MOST_UNPACKED: Final = 60 * 1024 * 1024
MOST_RATIO: Final = 200
MOST_FILES: Final = 200
MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 100
# Blank rows count here, too: Excel can claim a million of them.
MOST_LINES: Final = 100_000
ZIP_MAGIC: Final = b"PK\x03\x04"
MERGED: Final = b"<mergeCell "

Row = tuple[str, ...]


class SheetRefused(InvalidInput):
    """The file as a whole cannot be read; the message says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message, fields={"file": message})


def read_rows(content: bytes, sheet: str) -> list[tuple[int, Row]]:
    """The rows of the sheet called ``sheet`` (or of a CSV), headings first, blank rows left out.

    Each with its number, as the file counts from 1. A CSV may be UTF-8 or GB18030, as Excel in
    China writes it.

    Raises:
        SheetRefused: too large, a zip bomb, another sheet, merged cells, formulas, not a table.
    """
    if len(content) > MOST_BYTES:
        raise SheetRefused(_("This file is larger than 10 MB. Please split it."))
    rows = _workbook(content, sheet) if content.startswith(ZIP_MAGIC) else _csv(content)
    found: list[tuple[int, Row]] = []
    for number, padded in enumerate(rows, start=1):
        row = _trimmed(padded)
        if len(row) > MOST_COLUMNS:
            raise SheetRefused(_("There are more than 100 columns. Please use the template."))
        if not row and number <= MOST_LINES:
            continue
        if len(found) > MOST_ROWS or number > MOST_LINES:
            raise SheetRefused(_("There are more than 10,000 rows. Please split the file."))
        found.append((number, row))
    if not found:
        raise SheetRefused(_("There is nothing in this sheet."))
    return found


def _trimmed(row: Row) -> Row:
    """A row without the blank cells at its end."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _workbook(content: bytes, sheet: str) -> Iterator[Row]:
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except Exception as error:  # a file from outside can break it in any way
        raise SheetRefused(_("This is not an Excel file that can be read.")) from error
    if sheet not in book.sheetnames:
        raise SheetRefused(
            _("There is no sheet called “%(sheet)s” in it. Please use the template.")
            % {"sheet": sheet}
        )
    try:
        # One column more than allowed, so that a cell far to the right pads no row to 16,384.
        for line in book[sheet].iter_rows(max_col=MOST_COLUMNS + 1):
            yield tuple(_text(cell) for cell in line)
    except SheetRefused:
        raise
    except Exception as error:
        raise SheetRefused(_("This is not an Excel file that can be read.")) from error
    finally:
        book.close()


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = archive.infolist()
            unpacked = sum(one.file_size for one in files)
            if len(files) > MOST_FILES or unpacked > MOST_UNPACKED:
                raise SheetRefused(_("Unpacked, this file is too large to be a register."))
            if unpacked > MOST_RATIO * max(len(content), 1):
                raise SheetRefused(_("Unpacked, this file is too large to be a register."))
            for one in files:
                if one.filename.startswith("xl/worksheets/") and _has_merged(archive, one):
                    raise SheetRefused(_("There are merged cells in it. Please unmerge them."))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise SheetRefused(_("This is not an Excel file that can be read.")) from error


def _has_merged(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bool:
    """Whether a sheet's XML merges cells. Python reads no more of a file than its size says."""
    tail = b""
    with archive.open(one) as stream:
        while chunk := stream.read(1 << 20):
            if MERGED in tail + chunk:
                return True
            tail = chunk[-len(MERGED) :]
    return False


def _text(cell: Any) -> str:
    value = cell.value
    if cell.data_type == "f" or (isinstance(value, str) and value.startswith("=")):
        raise SheetRefused(
            _("Cell %(cell)s holds a formula. Please paste values only.")
            % {"cell": getattr(cell, "coordinate", "?")}
        )
    return as_text(value)


def as_text(value: Any) -> str:
    """A cell's value as it would be typed: dates as 2026-11-25, times as 09:00, 3.0 as 3."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _csv(content: bytes) -> Iterator[Row]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(_decoded(content))), start=1):
            _check_no_formula(row, number)
            yield tuple(cell.strip() for cell in row)
    except csv.Error as error:
        raise SheetRefused(_("This is neither an Excel file nor a CSV table.")) from error


def _check_no_formula(row: Sequence[str], number: int) -> None:
    if any(cell.startswith("=") for cell in row):
        raise SheetRefused(
            _("Row %(row)s holds a formula. Please paste values only.") % {"row": number}
        )


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise SheetRefused(_("This is neither an Excel file nor a CSV table."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused(_("This is neither an Excel file nor a CSV table."))
