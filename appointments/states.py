"""The moves of a home visit (DESIGN §5)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.moves import Moves


class VisitStatus(TextChoices):
    REQUESTED = "requested", _("waiting for approval")
    APPROVED = "approved", _("approved")
    PLANNED = "planned", _("team announced")
    ON_THE_WAY = "on_the_way", _("on the way")
    AT_THE_DOOR = "at_the_door", _("at the door")
    SERVING = "serving", _("at your side")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    NOT_DONE = "not_done", _("could not be done")
    CANCELLED = "cancelled", _("cancelled")
    MOVED = "moved", _("moved to another time")


V = VisitStatus

VISIT_MOVES = Moves(
    "home visit",
    VisitStatus,
    {
        V.REQUESTED: frozenset({V.APPROVED, V.DECLINED, V.CANCELLED, V.MOVED}),
        V.APPROVED: frozenset({V.PLANNED, V.CANCELLED, V.MOVED}),
        V.PLANNED: frozenset({V.ON_THE_WAY, V.CANCELLED, V.MOVED, V.NOT_DONE}),
        V.ON_THE_WAY: frozenset({V.AT_THE_DOOR, V.NOT_DONE, V.CANCELLED}),
        V.AT_THE_DOOR: frozenset({V.SERVING, V.NOT_DONE}),
        V.SERVING: frozenset({V.DONE, V.NOT_DONE}),
        V.DONE: frozenset(),
        V.DECLINED: frozenset(),
        V.NOT_DONE: frozenset(),
        V.CANCELLED: frozenset(),
        V.MOVED: frozenset(),
    },
)

# The statuses in which the team's time is promised.
LIVE = frozenset({V.REQUESTED, V.APPROVED, V.PLANNED, V.ON_THE_WAY, V.AT_THE_DOOR, V.SERVING})
# Before anybody has set off: the customer may still move or cancel freely.
AHEAD = frozenset({V.REQUESTED, V.APPROVED, V.PLANNED})


class WishStatus(TextChoices):
    """A place on the waiting list."""

    WAITING = "waiting", _("waiting for a free time")
    OFFERED = "offered", _("a time is kept for you")
    TAKEN = "taken", _("booked")
    WITHDRAWN = "withdrawn", _("no longer wished")
    LAPSED = "lapsed", _("the days have gone by")


WISH_MOVES = Moves(
    "waiting list",
    WishStatus,
    {
        WishStatus.WAITING: frozenset(
            {WishStatus.OFFERED, WishStatus.WITHDRAWN, WishStatus.LAPSED}
        ),
        # An offer that is not taken in time goes back to the end of the list.
        WishStatus.OFFERED: frozenset(
            {WishStatus.TAKEN, WishStatus.WAITING, WishStatus.WITHDRAWN, WishStatus.LAPSED}
        ),
        WishStatus.TAKEN: frozenset(),
        WishStatus.WITHDRAWN: frozenset(),
        WishStatus.LAPSED: frozenset(),
    },
)


class NotDoneReason(TextChoices):
    """Why a visit that was promised was not made (DOMAIN §4, refusal reasons)."""

    NOBODY_HOME = "nobody_home", _("nobody was at home")
    CODE_MISMATCH = "code_mismatch", _("the door codes did not match")
    IDENTITY_MISMATCH = "identity_mismatch", _("the identity could not be confirmed")
    REFUSED = "refused", _("the customer did not want it")
    UNSAFE = "unsafe", _("it was not safe")
    UNCLEAR_MIND = "unclear_mind", _("the customer's will was not clear")
    PRESSURE = "pressure", _("somebody put the customer under pressure")


class DeclineReason(TextChoices):
    """Why a request is declined; the alternative is always told with it."""

    NOT_AT_HOME = "not_at_home", _("this business cannot be done at home")
    UNSAFE = "unsafe", _("a visit would not be safe")
    NOT_ELIGIBLE = "not_eligible", _("the rules for home visits are not met")
    SOLVED = "solved", _("it was solved in another way")


class DayPlanStatus(TextChoices):
    """The visits of one region's day."""

    OPEN = "open", _("being improved")
    FROZEN = "frozen", _("frozen")


DAY_PLAN_MOVES = Moves(
    "day plan",
    DayPlanStatus,
    {
        DayPlanStatus.OPEN: frozenset({DayPlanStatus.FROZEN}),
        # Only until the evening before; then the teams have been announced.
        DayPlanStatus.FROZEN: frozenset({DayPlanStatus.OPEN}),
    },
)


class PlanRunStatus(TextChoices):
    """One search for a better day."""

    WAITING = "waiting", _("waits for its turn")
    RUNNING = "running", _("is being searched")
    ADOPTED = "adopted", _("adopted")
    KEPT = "kept", _("nothing better found")
    STALE = "stale", _("something changed meanwhile")
    TRIED = "tried", _("tried, nothing is changed")
    CANCELLED = "cancelled", _("stopped")
    FAILED = "failed", _("broke off")


_R = PlanRunStatus

PLAN_RUN_MOVES = Moves(
    "plan run",
    PlanRunStatus,
    {
        _R.WAITING: frozenset({_R.RUNNING, _R.CANCELLED, _R.FAILED}),
        _R.RUNNING: frozenset({_R.ADOPTED, _R.KEPT, _R.STALE, _R.TRIED, _R.CANCELLED, _R.FAILED}),
        _R.ADOPTED: frozenset(),
        _R.KEPT: frozenset(),
        _R.STALE: frozenset(),
        _R.TRIED: frozenset(),
        _R.CANCELLED: frozenset(),
        _R.FAILED: frozenset(),
    },
)

# A run that has not come to its end.
PLANNING = frozenset({_R.WAITING, _R.RUNNING})
