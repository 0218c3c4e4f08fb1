"""The calendar of what expires: one month as a grid, and the next ninety days as a list.

Shared by the desk (one branch) and the region (all of them). The filters stand in the address, so
that a list is exported as it is seen.
"""

import calendar
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Actor
from branches.expiry import Expiry, ExpiryKind, expiries
from branches.models import Branch
from foundation import clock

AHEAD = timedelta(days=90)
SOON = timedelta(days=30)
IN_A_SQUARE = 4
ON_A_PAGE = 60
KINDS = {
    ExpiryKind.BATCH: _("stock"),
    ExpiryKind.FACILITY: _("facilities"),
    ExpiryKind.BADGE: _("badges"),
    ExpiryKind.TRAINING: _("trainings"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that expires, in words, with the page where something is done about it."""

    expiry: Expiry
    url: str

    @property
    def kind(self) -> str:
        return str(KINDS[self.expiry.kind])

    @property
    def days_left(self) -> int:
        return (self.expiry.day - clock.today()).days

    @property
    def tone(self) -> str:
        if self.days_left < 0:
            return "bad"
        return "wait" if self.days_left <= SOON.days else "info"


@dataclass(frozen=True)
class Square:
    """One day of the month; days of its neighbours are empty."""

    day: date
    inside: bool
    entries: Sequence[Entry]

    @property
    def today(self) -> bool:
        return self.day == clock.today()

    @property
    def shown(self) -> Sequence[Entry]:
        """As many as a square holds; the list above names them all."""
        return self.entries[:IN_A_SQUARE]

    @property
    def more(self) -> int:
        return max(0, len(self.entries) - IN_A_SQUARE)


@dataclass(frozen=True)
class Calendar:
    """``before`` and ``after`` are months as an address names them."""

    month: date
    before: str
    after: str
    weeks: Sequence[Sequence[Square]]
    upcoming: Page[Entry]


class ExpiryFilter(forms.Form):
    """Which month, which kinds; nonsense in the address filters nothing."""

    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", required=False, label=_("Month"))
    kind = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=[("", _("everything")), *((kind.value, words) for kind, words in KINDS.items())],
    )

    @property
    def first(self) -> date:
        """The first day of the month that was asked for, else of the present one."""
        self.full_clean()
        words = self.cleaned_data.get("month")
        if not words:
            return clock.today().replace(day=1)
        year, month = words.split("-")
        return date(int(year), int(month), 1)

    @property
    def kinds(self) -> list[ExpiryKind]:
        self.full_clean()
        kind = self.cleaned_data.get("kind")
        return [ExpiryKind(kind)] if kind else list(ExpiryKind)


def expiring_soon(
    user: Actor, wanted: ExpiryFilter, branch: Branch | None = None
) -> Sequence[Expiry]:
    """What expires in the next ninety days or has already, of the kinds that were asked for."""
    today = clock.today()
    return list(
        expiries(
            user, today - timedelta(days=365), today + AHEAD, branch=branch, kinds=wanted.kinds
        )
    )


def calendar_of(
    user: Actor,
    wanted: ExpiryFilter,
    *,
    page_of: Callable[[Expiry], str],
    branch: Branch | None = None,
    number: str | None = None,
) -> Calendar:
    """The month that was asked for, and what expires in the next ninety days or has already.

    ``number`` is the page of that list, as an address names it.
    """
    first = wanted.first
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    kinds = wanted.kinds
    days: dict[date, list[Entry]] = defaultdict(list)
    last = weeks[-1][-1]
    for one in expiries(user, weeks[0][0], last, branch=branch, kinds=kinds):
        days[one.day].append(Entry(one, page_of(one)))
    soon = expiring_soon(user, wanted, branch)
    return Calendar(
        month=first,
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{first + timedelta(days=31):%Y-%m}",
        weeks=[
            [Square(day, day.month == first.month, days[day]) for day in week] for week in weeks
        ],
        upcoming=Paginator([Entry(one, page_of(one)) for one in soon], ON_A_PAGE).get_page(number),
    )
