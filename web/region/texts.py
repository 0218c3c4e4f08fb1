"""The texts of our messages: what they say, how long they get, and how one looks with real data."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, require
from appointments.notices import escort_facts, visit_facts
from appointments.queries import visits_joined
from eldercare.models import Escort
from web.desk.signed_in import StaffRequest, signed_in
from web.region.frame import show
from workflow import texts
from workflow.sms_parts import sms_parts
from workflow.texts import LANGUAGES, Facts, Template


@dataclass(frozen=True)
class Preview:
    """One text in one language, filled."""

    language: str
    body: str
    parts: int

    @property
    def language_name(self) -> str:
        return str(translation.get_language_info(self.language)["name_local"])

    @property
    def length(self) -> int:
        return len(self.body)


@dataclass(frozen=True)
class Line:
    """One text of the list, at its longest."""

    template: Template
    previews: list[Preview]


@require_safe
@signed_in
def listing(request: StaffRequest) -> HttpResponse:
    """All texts that are sent today, each at its longest, in both languages."""
    require(request.user, Permission.VIEW_OPERATIONS)
    lines = [
        Line(template, [_at_its_longest(template, language) for language in LANGUAGES])
        for template in texts.all_templates()
    ]
    return show(request, "texts", {"lines": lines, "tab": "operations"})


@require_safe
@signed_in
def detail(request: StaffRequest, name: str) -> HttpResponse:
    """One text as it is written, with real data (the codes hidden), and at its longest."""
    require(request.user, Permission.VIEW_OPERATIONS)
    try:
        template = texts.current(name)
    except KeyError as error:
        raise Http404(_("There is no such thing here.")) from error
    context = {
        "template": template,
        "versions": [one for one in texts.all_versions() if one.code == name],
        "real": _with_real_data(template, request.user),
        "longest": [_at_its_longest(template, language) for language in LANGUAGES],
        "tab": "operations",
    }
    return show(request, "text", context)


def _at_its_longest(template: Template, language: str) -> Preview:
    body = template.sample(language)
    return Preview(language, body, sms_parts(body))


def _with_real_data(template: Template, user: User) -> list[Preview]:
    """The text with what the newest visit or company in scope says; empty when there is none."""
    previews = []
    for language in LANGUAGES:
        with translation.override(language):
            facts = _newest_facts(template, user)
        if facts is None:
            return []
        known = {name: words[language] for name, words in template.samples.items()} | facts
        # Counted with the codes, shown without.
        parts = sms_parts(template.fill(known, language))
        hidden = texts.hide_secrets(template.code, template.version, language, known) or ""
        previews.append(Preview(language, hidden, parts))
    return previews


def _newest_facts(template: Template, user: User) -> dict[str, str] | None:
    if template.about == "visit":
        visit = visits_joined(user).order_by("-asked_at", "-pk").first()
        return _without_empty(visit_facts(visit)) if visit is not None else None
    if template.about == "escort":
        rows = Escort.objects.for_user(user, Permission.VIEW_ESCORT)
        escort = rows.filter(booked_for__isnull=False).order_by("-booked_for", "-pk").first()
        return _without_empty(escort_facts(escort)) if escort is not None else None
    return None


def _without_empty(facts: Facts) -> dict[str, str]:
    """A fact that this visit does not have (why it was declined) is shown as its sample."""
    return {name: words for name, words in facts.items() if words}
