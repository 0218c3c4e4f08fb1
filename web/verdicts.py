"""What is to be said of a facility, in words and with the tone that helps to find it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from branches.coverage import Cell, Verdict
from branches.models.facility import FacilityState

WORDS = {
    Verdict.GOOD: _("good"),
    Verdict.MISSING: _("missing"),
    Verdict.UNFIT: _("out of use"),
    Verdict.EXPIRED: _("expired"),
    Verdict.WRONG_SIZE: _("wrong size"),
    Verdict.SHORT: _("too few"),
    Verdict.NOT_SEEN: _("not seen for long"),
    Verdict.NOT_ASKED: _("not asked"),
}
STATE_TONES = {
    FacilityState.FIT: "ok",
    FacilityState.NEEDS_CARE: "wait",
    FacilityState.OUT_OF_USE: "bad",
    FacilityState.MISSING: "bad",
}
# What the state alone does not tell.
BESIDES = (Verdict.EXPIRED, Verdict.WRONG_SIZE, Verdict.SHORT, Verdict.NOT_SEEN)


@dataclass(frozen=True)
class Square:
    """One cell of the matrix, or one line of a branch's register."""

    cell: Cell

    @property
    def words(self) -> str:
        return str(WORDS[self.cell.verdict])

    @property
    def tone(self) -> str:
        if self.cell.verdict == Verdict.GOOD:
            return "ok"
        if self.cell.verdict == Verdict.NOT_ASKED:
            return ""
        return "bad" if self.cell.promised else "wait"

    @property
    def state_tone(self) -> str:
        facility = self.cell.facility
        return STATE_TONES[FacilityState(facility.state)] if facility else self.tone

    @property
    def besides(self) -> str:
        """What is wrong with it although its state is none of that; empty when nothing is."""
        return self.words if self.cell.verdict in BESIDES else ""

    @property
    def may_be_well(self) -> bool:
        """Whether one tap may say "seen, all well": nothing but a look is missing."""
        facility = self.cell.facility
        return (
            facility is not None
            and self.cell.verdict in (Verdict.GOOD, Verdict.NOT_SEEN)
            and not getattr(facility, "open_faults", ())
        )
