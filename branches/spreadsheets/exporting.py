"""Lists out: as XLSX, or as CSV that Excel opens in Chinese. No cell can start a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from branches.spreadsheets.reading import as_text

# Excel and WPS take these for the beginning of a formula, also after a tab or a line break.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CHUNK: Final = 2000


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
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    bold = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=str(safe(heading)))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([safe(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a mark at its start, without which Excel takes Chinese for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(heading) for heading in headings])
    writer.writerows([safe(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def rows_of(queryset: QuerySet[Any], fields: Sequence[str]) -> Iterable[Sequence[Any]]:
    """The rows of a list as they are filtered, in their order; ``fields`` may follow relations."""
    return queryset.values_list(*fields).iterator(chunk_size=CHUNK)
