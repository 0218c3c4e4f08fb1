"""What the lists of desk and region take along when they leave as a file: one column for each fact.

Headings are the words of the pages; whom a row is about is told as far as the page tells it.
"""

from collections.abc import Callable
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from branches.expiry import Expiry
from branches.week import Cell, Row
from web.expiry import KINDS
from web.exports import Out


def movements() -> list[Out]:
    """The ledger of a shelf."""
    return [
        Out(_("When"), "at"),
        Out(_("Item"), _item),
        Out(_("Kind"), "get_kind_display"),
        Out(_("Quantity"), "quantity"),
        Out(_("Batch"), "batch.number"),
        Out(_("Who"), "actor.full_name"),
        Out(_("Why"), "reason"),
    ]


def shelf() -> list[Out]:
    """What is on a shelf."""
    return [
        Out(_("Item"), _item),
        Out(_("There"), "quantity"),
        Out(_("Fit"), "fit"),
        Out(_("Expired"), "expired"),
        Out(_("Order at"), "reorder_at"),
    ]


def stock_requests() -> list[Out]:
    """What branches ask the region for."""
    return [
        Out(_("Branch"), "branch.name"),
        Out(_("Item"), _item),
        Out(_("Asked for"), "quantity"),
        Out(_("Granted"), "granted"),
        Out(_("Delivered"), "delivered"),
        Out(_("Status"), "get_status_display"),
        Out(_("When"), "asked_at"),
    ]


def leaves() -> list[Out]:
    """Who is away, and what has been answered."""
    return [
        Out(_("Name"), "staff.name"),
        Out(_("First day"), "first"),
        Out(_("Last day"), "last"),
        Out(_("Status"), "get_status_display"),
        Out(_("Why"), "words"),
    ]


def expiring() -> list[Out]:
    """What expires, with its branch."""

    def kind(one: Expiry) -> str:
        return str(KINDS[one.kind])

    return [
        Out(_("Day"), "day"),
        Out(_("Branch"), "branch.name"),
        Out(_("Kind"), kind),
        Out(_("What"), "what"),
        Out(_("Detail"), "detail"),
    ]


def week(days: int) -> list[Out]:
    """A roster's week: a person in each row, a day in each column."""
    return [
        Out(_("Name"), "person.name"),
        Out(_("Badge"), "person.badge"),
        *(Out(WEEKDAYS[number], _on(number)) for number in range(days)),
    ]


def _item(row: Any) -> str:
    return str(row.item)


def _on(number: int) -> Callable[[Row], str]:
    def hours(row: Row) -> str:
        cell: Cell = row.cells[number]
        if cell.hours is None:
            return ""
        starts, ends = cell.hours
        return f"{starts:%H:%M}-{ends:%H:%M}"

    return hours
