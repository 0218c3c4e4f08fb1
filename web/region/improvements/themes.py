"""One finding at many branches: gathered, analysed once, one measure for all."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission, may, require
from audits import themes
from audits.models import Improvement, Theme
from audits.publishing import NoStandard, current_version, standard_of
from audits.queries import improvements_of, shared_findings
from audits.states import ImprovementStatus
from foundation.errors import DomainError
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.region.audits.frame import show_part
from web.region.frame import to
from web.region.improvements.access import get_theme_or_404
from web.region.improvements.forms import ThemeForm, ThemeMeasureForm
from web.region.improvements.words import Line


@dataclass(frozen=True)
class Shared:
    """An item that is unsettled at many branches and has no theme yet."""

    code: str
    what: str
    branches: int


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """The themes, and what is shared by so many branches that it should be one."""
    require(request.user, Permission.VIEW_AUDIT)
    return _listing(request)


@require_POST
@signed_in
def make(request: StaffRequest) -> HttpResponse:
    """Gather every live improvement of an item under one title."""
    require(request.user, Permission.PLAN_INSPECTION)
    try:
        said = cleaned(ThemeForm(request.POST))
        theme = themes.make_theme(
            title=said["title"],
            improvements=_live(request, said["item"]),
            actor=request.user,
        )
    except DomainError as error:
        return _listing(request, error=error)
    messages.success(request, _("The theme is made; now say what is done about it."))
    return to("theme", theme.public_id)


@require_safe
@signed_in
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One theme: the measure for all, and how far each branch has come."""
    theme = get_theme_or_404(request.user, public_id)
    return _page(request, theme, _form(theme))


@require_POST
@signed_in
def set_measure(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Analysed once, one measure for all."""
    theme = get_theme_or_404(request.user, public_id, Permission.PLAN_INSPECTION)
    form = ThemeMeasureForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            moved = themes.set_measure(theme=theme, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            status = show_refusal(form, error)
        else:
            words = _("The measure is set; %(n)d improvements go on with it.")
            messages.success(request, words % {"n": len(moved)})
            return to("theme", theme.public_id)
    return _page(request, theme, form, status=status)


def _listing(request: StaffRequest, *, error: DomainError | None = None) -> HttpResponse:
    closed = Q(improvements__status=ImprovementStatus.CLOSED)
    rows = Theme.objects.for_user(request.user, Permission.VIEW_AUDIT).annotate(
        branches=Count("improvements"), closed=Count("improvements", filter=closed)
    )
    context = {"themes": rows, "shared": _shared(request), "at": "themes"}
    return show_part(request, "improving/themes", context, part="themes", error=error)


def _page(
    request: StaffRequest, theme: Theme, form: ThemeMeasureForm, status: int | None = None
) -> HttpResponse:
    rows = improvements_of(request.user).filter(theme=theme).order_by("branch__code")
    context = {
        "theme": theme,
        "form": form if may(request.user, Permission.PLAN_INSPECTION) else None,
        "lines": [Line(row) for row in rows],
    }
    return show_part(request, "improving/theme", context, part="themes", status=status)


def _form(theme: Theme) -> ThemeMeasureForm:
    return ThemeMeasureForm(initial={"analysis": theme.analysis, "measures": theme.measures})


def _live(request: StaffRequest, item: str) -> list[Improvement]:
    rows = improvements_of(request.user).exclude(status=ImprovementStatus.CLOSED)
    return list(rows.filter(item_code=item, theme__isnull=True)) if item else []


def _shared(request: StaffRequest) -> list[Shared]:
    if not may(request.user, Permission.PLAN_INSPECTION):
        return []
    try:
        items = standard_of(current_version()).by_code
    except NoStandard:
        return []
    found = []
    for row in shared_findings(request.user):
        code = str(row["item_code"])
        what = str(items[code].what) if code in items else code
        found.append(Shared(code, what, int(str(row["branches"]))))
    return found
