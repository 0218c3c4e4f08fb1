"""The catalogue, what waits for a reviewer and until when, what changed, and what it comes to."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, may, require
from eldercare.models import ServiceVersion
from eldercare.queries import service_versions
from eldercare.review_deadlines import STAGES, due_of
from eldercare.review_figures import changes, previous, review_figures
from eldercare.states import ReviewStatus
from foundation import clock
from web.desk.signed_in import StaffRequest, signed_in
from web.region.access import get_version_or_404
from web.region.frame import show

R = ReviewStatus
TONES = {R.INNER_REVIEW: "wait", R.RECHECK: "wait", R.APPROVED: "ok", R.RETURNED: "bad"}
A_QUARTER = timedelta(days=90)


@dataclass(frozen=True)
class Waits:
    """A version at a reviewer's: until when, and whether this person may look with fresh eyes."""

    version: ServiceVersion
    due: datetime | None
    is_late: bool
    may_decide: bool


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """The catalogue; what waits for a reviewer stands first."""
    require(request.user, Permission.VIEW_SERVICE)
    rows = [
        (version, TONES.get(R(version.status), "")) for version in service_versions(request.user)
    ]
    context = {
        "versions": rows,
        "may_write": may(request.user, Permission.CHANGE_SERVICE),
        "may_see_figures": may(request.user, Permission.VIEW_FIGURES),
        "waiting": sum(version.status in STAGES for version, _tone in rows),
        "tab": "reviews",
    }
    return show(request, "services/catalogue", context)


@require_safe
@signed_in
def waiting(request: StaffRequest) -> HttpResponse:
    """By stage, the most urgent first: a reviewer's list of what to do."""
    require(request.user, Permission.VIEW_SERVICE)
    rows = service_versions(request.user).filter(status__in=STAGES)
    due = due_of(rows)
    found = [_waits(request.user, version, due.get(version.pk)) for version in rows]
    found.sort(key=lambda one: (one.due is None, one.due, one.version.pk))
    stages = [
        (stage.label, [one for one in found if one.version.status == stage]) for stage in STAGES
    ]
    return show(request, "services/waiting", {"stages": stages, "tab": "reviews"})


@require_safe
@signed_in
def compare(request: StaffRequest, pk: int) -> HttpResponse:
    """What is new in this version, word by word beside the one before it."""
    version = get_version_or_404(request.user, pk)
    before = previous(version)
    context = {
        "version": version,
        "before": before,
        "changes": changes(before, version) if before else [],
        "tab": "reviews",
    }
    return show(request, "services/changes", context)


@require_safe
@signed_in
def figures(request: StaffRequest) -> HttpResponse:
    """How many were decided, how long each stage took, how many came back."""
    require(request.user, Permission.VIEW_FIGURES)
    last = _day(request.GET.get("until", "")) or clock.today()
    first = _day(request.GET.get("from", "")) or last - A_QUARTER
    found = review_figures(request.user, _midnight(first), _midnight(last + timedelta(days=1)))
    hours = found.median_working_hours
    context = {
        "first": first,
        "last": last,
        "figures": found,
        "rate": None if found.return_rate is None else round(100 * found.return_rate),
        "stages": [(stage.label, hours.get(stage)) for stage in STAGES],
        "tab": "reviews",
    }
    return show(request, "services/figures", context)


def _waits(user: User, version: ServiceVersion, due: datetime | None) -> Waits:
    seen = (version.author_id, version.inner_reviewer_id)
    return Waits(
        version,
        due,
        is_late=due is not None and due < clock.now(),
        may_decide=may(user, Permission.REVIEW_SERVICE) and user.pk not in seen,
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
