"""Rows in by Excel: a template, a look at each cell at fault, and nothing written until confirmed.

Between the look and the confirmation the file waits, sealed, in the cache under the reader's own
key; when it is gone, it has to be sent again. What is written is checked anew from the file itself.
"""

from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import may, require
from branches.spreadsheets import importing
from branches.spreadsheets.importing import Preview
from branches.spreadsheets.reading import MOST_BYTES, SheetRefused
from branches.spreadsheets.sheets import SHEETS, Sheet
from foundation.encryption import decrypt, encrypt
from foundation.errors import DomainError, InvalidInput, NotAllowed, Words
from web.desk.signed_in import StaffRequest, signed_in
from web.exports import XLSX
from web.region.frame import show, to

WAITS_SECONDS: Final = 30 * 60
# A look needs the rows at fault and some of the others; ten thousand would only fill the page.
MOST_GOOD_ROWS: Final = 20
WORDS: Final = {
    "facilities": (
        gettext_lazy("Facilities"),
        gettext_lazy("What each branch has, and its state."),
    ),
    "staff": (gettext_lazy("Staff"), gettext_lazy("Badges, names and what each may do.")),
    "roster": (gettext_lazy("Rosters"), gettext_lazy("The weekly pattern of each person.")),
}


@dataclass(frozen=True)
class Kind:
    """One sheet that may be imported, for the page."""

    name: str
    title: Words
    text: Words


@dataclass(frozen=True)
class Cell:
    """One cell of the look; ``faults`` say what is wrong with it."""

    text: str
    faults: Sequence[Words]


@dataclass(frozen=True)
class Line:
    """One row of the file, by its own number."""

    number: int
    cells: Sequence[Cell]


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """What may come in by Excel, for whoever may change any of it."""
    kinds = [
        Kind(name, *WORDS[name])
        for name, sheet in SHEETS.items()
        if may(request.user, sheet.permission)
    ]
    if not kinds:
        raise NotAllowed
    return show(request, "spreadsheets", {"kinds": kinds, "tab": "spreadsheets"})


@require_safe
@signed_in
def template(request: StaffRequest, name: str) -> HttpResponse:
    """The file to fill in: headings and a sample row."""
    sheet = _sheet_or_404(request.user, name)
    answer = HttpResponse(importing.template(name, request.user), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{sheet.name}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def upload(request: StaffRequest, name: str) -> HttpResponse:
    """Send a file and look at what it would do. Writes nothing."""
    _sheet_or_404(request.user, name)
    if request.method != "POST":
        return _page(request, name)
    try:
        content = _content_of(request)
        seen = importing.preview(name=name, content=content, user=request.user)
    except InvalidInput as refusal:
        return _page(request, name, error=refusal)
    if seen.can_be_confirmed:
        sealed = encrypt(b64encode(content).decode())
        cache.set(_key(request.user, name, seen.fingerprint), sealed, WAITS_SECONDS)
    return _page(request, name, seen=seen)


@require_POST
@signed_in
def confirm(request: StaffRequest, name: str) -> HttpResponse:
    """Write the file that was looked at, all of it or nothing. Sent twice, nothing doubles."""
    _sheet_or_404(request.user, name)
    fingerprint = request.POST.get("fingerprint", "")
    key = _key(request.user, name, fingerprint)
    sealed = cache.get(key)
    if sealed is None:
        gone = SheetRefused(_("Too much time has passed. Please choose the file once more."))
        return _page(request, name, error=gone)
    try:
        written = importing.confirm(
            name=name,
            content=b64decode(decrypt(sealed)),
            fingerprint=fingerprint,
            user=request.user,
        )
    except DomainError as refusal:
        return _page(request, name, error=refusal)
    said = ngettext("%(n)s row has been written.", "%(n)s rows have been written.", written)
    messages.success(request, said % {"n": written})
    return to("spreadsheets")


def _page(
    request: StaffRequest,
    name: str,
    *,
    seen: Preview | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {
        "kind": Kind(name, *WORDS[name]),
        "seen": seen,
        "lines": _lines(seen) if seen else [],
        "tab": "spreadsheets",
    }
    return show(request, "spreadsheet", context, error=error)


def _lines(seen: Preview) -> list[Line]:
    """The rows at fault with their words at the cells, and the first of the others."""
    wrong: dict[int, dict[str, list[Words]]] = defaultdict(lambda: defaultdict(list))
    for fault in seen.faults:
        wrong[fault.row][fault.column].append(fault.words)
    found, good = [], 0
    for number, row in zip(seen.numbers, seen.rows, strict=True):
        good += number not in wrong
        if number not in wrong and good > MOST_GOOD_ROWS:
            continue
        padded = [*row, *[""] * (len(seen.headings) - len(row))]
        here = wrong.get(number, {})
        cells = [
            Cell(text, here.get(heading, ()))
            for heading, text in zip(seen.headings, padded, strict=False)
        ]
        found.append(Line(number, cells))
    return found


def _content_of(request: StaffRequest) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise SheetRefused(gettext_lazy("Please choose a file."))
    if (file.size or 0) > MOST_BYTES:
        raise SheetRefused(gettext_lazy("This file is larger than 10 MB. Please split it."))
    return bytes(file.read())


def _sheet_or_404(user: User, name: str) -> type[Sheet]:
    sheet = SHEETS.get(name)
    if sheet is None:
        raise Http404(_("There is no such sheet."))
    require(user, sheet.permission)
    return sheet


def _key(user: User, name: str, fingerprint: str) -> str:
    # Whatever is posted, the key stays a key.
    plain = "".join(one for one in fingerprint[:64] if one.isalnum() and one.isascii())
    return f"spreadsheet:{user.pk}:{name}:{plain}"
