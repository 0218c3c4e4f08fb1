"""Stock-taking: what was counted beside what the ledger says, before anything is written.

Nothing is kept between the steps: the second form carries what was counted and what the ledger
said then, and is refused where something has moved meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from branches import stock
from branches.models import Branch, StockBatch, StockItem
from branches.shelf import Line, shelf_of
from foundation.errors import DomainError, InvalidInput
from web.desk.access import get_branch_or_404
from web.desk.forms import cleaned
from web.desk.frame import show, to
from web.desk.signed_in import StaffRequest, signed_in
from web.desk.stock.forms import MOST, KitForm


@dataclass(frozen=True)
class Place:
    """One thing to count: a batch, or what an item has without one."""

    item: StockItem
    batch: StockBatch | None
    known: int
    typed: str = ""
    fault: str = ""

    @property
    def name(self) -> str:
        """How a form's field names it."""
        return f"batch-{self.batch.pk}" if self.batch else f"item-{self.item.pk}"

    @property
    def found(self) -> int:
        return int(self.typed)

    @property
    def difference(self) -> int:
        return self.found - self.known


@require_safe
@signed_in
def sheet(request: StaffRequest, code: str) -> HttpResponse:
    """The sheet to fill in; also to be printed and carried to the shelf."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    return _page(request, branch, places(shelf_of(request.user, branch)))


@require_POST
@signed_in
def check(request: StaffRequest, code: str) -> HttpResponse:
    """The differences, to be looked at. Writes nothing."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    all_places = places(shelf_of(request.user, branch), request.POST)
    counted = [place for place in all_places if place.typed]
    if not counted or any(place.fault for place in counted):
        words = _("Please give whole numbers, for at least one line.")
        return _page(request, branch, all_places, error=InvalidInput(words))
    context = {
        "differing": [place for place in counted if place.difference],
        "counted": counted,
        "key": uuid4(),
        "tab": "stock",
    }
    return show(request, branch, "stock/count_check", context)


@require_POST
@signed_in
def write(request: StaffRequest, code: str) -> HttpResponse:
    """The ledger follows what was counted, all of it or nothing."""
    branch = get_branch_or_404(request.user, code, Permission.MOVE_STOCK)
    all_places = places(shelf_of(request.user, branch), request.POST)
    try:
        key = cleaned(KitForm(request.POST))["key"]
        counted = [place for place in all_places if place.typed and not place.fault]
        written = _write(request, branch, counted, str(key))
    except DomainError as error:
        return _page(request, branch, all_places, error=error)
    words = ngettext("%(n)s line was put right.", "%(n)s lines were put right.", written)
    messages.success(request, words % {"n": written})
    return to("stock", branch)


def places(lines: Iterable[Line], typed: QueryDict | None = None) -> list[Place]:
    """Everything that can be counted, with what was typed for it."""
    found = []
    for line in lines:
        found += [Place(line.item, one.row, one.row.quantity) for one in line.batches]
        if line.loose or not line.batches:
            found.append(Place(line.item, None, line.loose))
    if typed is None:
        return found
    return [_with_typed(place, typed.get(place.name, "").strip()) for place in found]


def _with_typed(place: Place, words: str) -> Place:
    good = not words or (words.isascii() and words.isdecimal() and int(words[:9]) <= MOST)
    good = good and len(words) <= len(str(MOST))
    fault = "" if good else _("Please give a whole number.")
    return Place(place.item, place.batch, place.known, words, fault)


def _write(request: StaffRequest, branch: Branch, counted: list[Place], key: str) -> int:
    written = 0
    with transaction.atomic():
        # In order of the item, as everybody takes things off the shelf.
        for place in sorted(counted, key=lambda place: (place.item.pk, place.name)):
            known = request.POST.get(f"known-{place.name}", "")
            made = stock.count(
                key=f"desk:{branch.code}:{key}:{place.name}",
                branch=branch,
                item=place.item,
                found=place.found,
                actor=request.user,
                batch=place.batch,
                expected=int(known) if known.isdecimal() else -1,
            )
            written += made is not None
    return written


def _page(
    request: StaffRequest,
    branch: Branch,
    all_places: list[Place],
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {"places": all_places, "at": "", "tab": "stock"}
    return show(request, branch, "stock/count", context, error=error)
