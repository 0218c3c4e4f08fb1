"""Any list as a file, with the filters in force: its own address and ``format=xlsx`` or ``csv``.

The view has checked its permission and scoped its rows by then; what leaves is what the list shows,
all pages of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, Final
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from branches.spreadsheets.exporting import CHUNK, csv_chunks, xlsx_into
from foundation import clock
from foundation.errors import Words

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY: Final = 2 * 1024 * 1024


@dataclass(frozen=True)
class Out:
    """One column that leaves: its heading, and a path ("branch.name") or a function of the row."""

    heading: Words
    value: str | Callable[[Any], object]

    def of(self, row: object) -> object:
        """The cell; what a row does not have is empty, and a method is asked."""
        if callable(self.value):
            return self.value(row)
        for name in self.value.split("."):
            row = getattr(row, name, None)
            row = row() if callable(row) else row
        return row


def exported(
    request: HttpRequest, title: Words, columns: Sequence[Out], rows: Iterable[Any]
) -> HttpResponseBase | None:
    """The list as the file that the address asks for; None when it asks for the page.

    A queryset is read piece by piece, and a CSV leaves while it is read.
    """
    kind = request.GET.get("format", "")
    if kind not in ("csv", "xlsx"):
        return None
    headings = [str(column.heading) for column in columns]
    lines = ([column.of(row) for column in columns] for row in _rows(rows))
    name = f"{title}-{clock.today().isoformat()}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(csv_chunks(headings, lines), content_type="text/csv")
        answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return answer
    # FileResponse closes it, and with it the file is gone.
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    xlsx_into(file, str(title), headings, lines)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _rows(rows: Iterable[Any]) -> Iterator[Any]:
    return rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else iter(rows)
