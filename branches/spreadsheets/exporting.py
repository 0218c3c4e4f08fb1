"""Lists out: as XLSX, or as CSV that Excel opens in Chinese. No cell can start a formula."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any, Final

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from branches.spreadsheets.reading import as_text

# Excel and WPS take these for the beginning of a formula, also after a tab or a line break.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CHUNK: Final = 2000
# What Excel does not allow in the name of a sheet.
NOT_IN_A_TITLE: Final = re.compile(r"[\[\]:*?/\\]")


def safe(value: Any) -> Any:
    """A value that no spreadsheet calculates: text that looks like a formula gets an apostrophe.

    Numbers stay numbers: a formula is always text.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        text = as_text(value)
        return f"'{text}" if text.startswith(DANGEROUS) else text
    return value


def xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with bold headings that stay in sight."""
    out = io.BytesIO()
    xlsx_into(out, title, headings, rows)
    return out.getvalue()


def xlsx_into(
    file: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """:func:`xlsx` into an open file, a row at a time, however many there are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(NOT_IN_A_TITLE.sub(" ", title)[:31])
    sheet.freeze_panes = "A2"
    bold = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=str(safe(heading)))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_plain(safe(value)) for value in row])
    book.save(file)


def csv_chunks(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with a mark at its start, without which Excel takes Chinese for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield BOM_UTF8
    for number, row in enumerate(chain([headings], rows)):
        writer.writerow([safe(value) for value in row])
        if number % CHUNK == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """:func:`csv_chunks` in one piece."""
    return b"".join(csv_chunks(headings, rows))


def _plain(value: Any) -> Any:
    # Control characters, which XML cannot hold.
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def rows_of(queryset: QuerySet[Any], fields: Sequence[str]) -> Iterable[Sequence[Any]]:
    """The rows of a list as they are filtered, in their order; ``fields`` may follow relations."""
    return queryset.values_list(*fields).iterator(chunk_size=CHUNK)
