"""From a file to rows: a preview with each cell at fault, and nothing written until confirmed.

The preview keeps no rows on the server: whoever confirms sends the same file again, with the
fingerprint of what they saw. The file is checked anew, so that what is written is what was shown.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import require
from branches.spreadsheets.columns import CellFault, Column
from branches.spreadsheets.exporting import xlsx
from branches.spreadsheets.reading import Row, SheetRefused, read_rows
from branches.spreadsheets.sheets import SHEETS, Sheet
from foundation.errors import InvalidInput, MoveRefused, Words
from foundation.locks import locking

# A person reads the first faults and mends the file; ten thousand would only fill the page.
MOST_FAULTS = 200


@dataclass(frozen=True)
class Fault:
    """One cell, as the file counts it (row 1 is the headings), and what is wrong with it."""

    row: int
    column: str
    words: Words


@dataclass(frozen=True)
class Preview:
    """What a file would do. ``faults`` are the first of ``fault_count``; ``numbers`` are those of
    the ``rows`` in the file."""

    sheet: str
    fingerprint: str
    headings: Sequence[str]
    rows: Sequence[Row]
    numbers: Sequence[int]
    faults: Sequence[Fault]
    fault_count: int

    @property
    def can_be_confirmed(self) -> bool:
        return not self.fault_count and bool(self.rows)


class FileChanged(MoveRefused):
    """What is confirmed is not what was shown."""

    default_message = _("This is not the file that you have looked at. Please look again.")


def template(name: str, user: User) -> bytes:
    """An XLSX with the headings and one sample row.

    Raises:
        InvalidInput: there is no such sheet.
        NotAllowed.
    """
    sheet = _sheet(name, user)
    columns = sheet.columns()
    return xlsx(sheet.title, [one.heading_zh for one in columns], [[one.sample for one in columns]])


def preview(*, name: str, content: bytes, user: User) -> Preview:
    """Read a file and say what is wrong with it, cell by cell. Writes nothing.

    Raises:
        SheetRefused: the file as a whole cannot be read.
        InvalidInput, NotAllowed.
    """
    return _read(_sheet(name, user), content)[0]


def confirm(*, name: str, content: bytes, fingerprint: str, user: User) -> int:
    """Write the rows of a file that was previewed, all or none; how many. Again, nothing doubles.

    Raises:
        FileChanged: another file than the one with this fingerprint.
        InvalidInput: something is at fault, perhaps only now.
        SheetRefused, NotAllowed.
    """
    with locking():
        sheet = _sheet(name, user)
        seen, values = _read(sheet, content)
        if not hmac.compare_digest(seen.fingerprint, fingerprint):
            raise FileChanged
        if not seen.can_be_confirmed:
            raise InvalidInput(_("Some cells are at fault. Nothing has been written."))
        sheet.write(values)
    return len(values)


def _sheet(name: str, user: User) -> Sheet:
    kind = SHEETS.get(name)
    if kind is None:
        raise InvalidInput(fields={"sheet": _("There is no such sheet.")})
    require(user, kind.permission)
    return kind(user)


def _read(sheet: Sheet, content: bytes) -> tuple[Preview, list[dict[str, Any]]]:
    (_number, headings), *rows = read_rows(content, sheet.title)
    places = _places(sheet.columns(), headings)
    faults: list[Fault] = []
    values: list[dict[str, Any]] = []
    first_at: dict[tuple[Any, ...], int] = {}
    for number, row in rows:
        parsed, wrong = _parse(row, places)
        if not wrong:
            wrong = sheet.check(parsed)
            earlier = first_at.setdefault(sheet.key(parsed), number)
            if earlier != number:
                again = _("The same as row %(row)s.") % {"row": earlier}
                wrong = wrong or {places[0][0].name: CellFault(again)}
        values.append(parsed)
        names = {column.name: headings[place] for column, place in places}
        faults += [Fault(number, names[name], fault.words) for name, fault in wrong.items()]
    fingerprint = hashlib.sha256(content).hexdigest()
    cells = [row for _number, row in rows]
    shown = Preview(
        sheet=sheet.name,
        fingerprint=fingerprint,
        headings=headings,
        rows=cells,
        numbers=[number for number, _row in rows],
        faults=faults[:MOST_FAULTS],
        fault_count=len(faults),
    )
    return shown, values


def _places(columns: Sequence[Column], headings: Row) -> list[tuple[Column, int]]:
    """Where each column stands; the order is the file's own.

    Raises:
        SheetRefused: a heading is missing.
    """
    places = []
    for column in columns:
        found = [
            n for n, words in enumerate(headings) if words in (column.heading_zh, column.heading_en)
        ]
        if len(found) != 1:
            raise SheetRefused(
                _("The heading “%(heading)s” must stand in the first row, once.")
                % {"heading": column.heading_zh}
            )
        places.append((column, found[0]))
    return places


def _parse(
    row: Row, places: Sequence[tuple[Column, int]]
) -> tuple[dict[str, Any], dict[str, CellFault]]:
    parsed: dict[str, Any] = {}
    wrong: dict[str, CellFault] = {}
    for column, place in places:
        cell = row[place] if place < len(row) else ""
        try:
            if column.required and not cell:
                raise CellFault(_("Please fill this in."))
            parsed[column.name] = column.parse(cell)
        except CellFault as fault:
            wrong[column.name] = fault
    return parsed, wrong
