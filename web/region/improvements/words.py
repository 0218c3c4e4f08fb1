"""Improvements in words: how near the deadline is, and a chip's tone that the words repeat."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.models import Improvement
from audits.states import ImprovementStatus as S
from foundation import clock

SOON_DAYS = 3
TONES = {S.FIXED: "info", S.RECHECK: "info", S.CLOSED: "ok"}
SEVERITY_TONES = {"critical": "bad", "major": "wait"}


@dataclass(frozen=True)
class Line:
    """One improvement as a list shows it."""

    row: Improvement

    @property
    def is_open(self) -> bool:
        return self.row.status != S.CLOSED

    @property
    def days_left(self) -> int:
        return (self.row.deadline - clock.today()).days

    @property
    def due_words(self) -> str:
        """“3 days left”, “today”, “2 days late”; nothing once it is closed."""
        days = self.days_left
        if not self.is_open:
            return ""
        if days == 0:
            return _("due today")
        if days > 0:
            return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}

    @property
    def due_tone(self) -> str:
        if self.days_left < 0:
            return "bad"
        return "wait" if self.days_left <= SOON_DAYS else ""

    @property
    def tone(self) -> str:
        return TONES.get(S(self.row.status), "wait")

    @property
    def severity_tone(self) -> str:
        return SEVERITY_TONES.get(self.row.finding.severity, "")
