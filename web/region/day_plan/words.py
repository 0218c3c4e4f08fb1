"""What the planner says in codes, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

WHO: dict[str, Promise] = {
    "only_one": gettext_lazy("nobody else may do it that day"),
    "wished": gettext_lazy("known to the customer, or announced to them"),
    "least_way": gettext_lazy("nobody who has time is nearer"),
    "whole_plan": gettext_lazy("somebody is nearer, but the day as a whole is shorter like this"),
}
WHEN: dict[str, Promise] = {
    "window": gettext_lazy("the promised window opens then"),
    "mate": gettext_lazy("the other of the two is not there earlier"),
    "way": gettext_lazy("the way from the stop before takes that long"),
    "roster": gettext_lazy("the working time, or what comes after the break, begins then"),
    "kept": gettext_lazy("this minute was planned before, or is a round one, and still holds"),
}
WHY_NOT: dict[str, Promise] = {
    "nobody_able": gettext_lazy("Nobody within reach who works that day may do it."),
    "one_person_for_two": gettext_lazy("It takes two people, and only one may do either part."),
    "no_time": gettext_lazy("Even on an empty day nobody could be there within the window."),
    "no_room": gettext_lazy("Everybody who may do it is needed elsewhere then."),
    "too_dear": gettext_lazy("Everybody who may do it is needed elsewhere then."),
    "team_incomplete": gettext_lazy("Somebody of its team cannot come."),
}
SEARCHED: dict[str, Promise] = {
    "adopted": gettext_lazy("A better plan was found and adopted."),
    "kept": gettext_lazy("Nothing better was found. The plan stands."),
    "stale": gettext_lazy("Something changed while it was searched, so nothing was adopted."),
    "tried": gettext_lazy("Only tried: nothing has been changed."),
    "cancelled": gettext_lazy("Stopped by hand: nothing has been changed."),
    "failed": gettext_lazy("The search broke off: nothing has been changed."),
    "waiting": gettext_lazy("It waits for its turn."),
    "running": gettext_lazy("It is being searched."),
}


def gives(way: Mapping[str, Any], number: str) -> str:
    """One thing that would have to give; ``number`` names the other visit."""
    minutes = int(way["minutes"])
    if way["give"] == "earlier":
        return _("if the window opened %(n)s minutes earlier") % {"n": minutes}
    if way["give"] == "later":
        return _("if the window closed %(n)s minutes later") % {"n": minutes}
    if way["give"] == "overtime":
        return _("if everybody worked up to %(n)s minutes longer") % {"n": minutes}
    return _("if visit %(number)s were left out instead") % {"number": number}


def minutes_in_words(minutes: float) -> str:
    """``3 h 05 min``; minutes alone below one hour."""
    whole = round(abs(minutes))
    if whole < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", whole) % {"n": whole}
    return _("%(hours)s h %(minutes)s min") % {
        "hours": whole // 60,
        "minutes": f"{whole % 60:02d}",
    }
