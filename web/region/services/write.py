"""Drafts: a new service, the next version of one, and a returned one put right."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission, require
from eldercare import catalogue
from eldercare.catalogue import Content
from eldercare.models import ServiceVersion
from eldercare.models.service import Risk
from foundation.errors import DomainError
from web.desk.forms import cleaned
from web.desk.signed_in import StaffRequest, signed_in
from web.refusals import show_refusal
from web.region.access import get_version_or_404
from web.region.frame import show, to

LINES = forms.Textarea({"rows": 4})
LONGEST = 2000


def _lines(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=LINES, max_length=LONGEST, required=False)


def _yes(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class ContentForm(forms.Form):
    """What a version says; one line for each thing to prepare, step and limit."""

    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=60)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), initial=30)
    risk = forms.ChoiceField(label=gettext_lazy("Risk"), choices=Risk)
    from_age = forms.IntegerField(label=gettext_lazy("From the age of"), required=False)
    prepare_zh = _lines(gettext_lazy("To prepare (Chinese)"))
    prepare_en = _lines(gettext_lazy("To prepare (English)"))
    steps_zh = _lines(gettext_lazy("Steps (Chinese)"))
    steps_en = _lines(gettext_lazy("Steps (English)"))
    limits_zh = _lines(gettext_lazy("Limits (Chinese)"))
    limits_en = _lines(gettext_lazy("Limits (English)"))
    at_branch = _yes(gettext_lazy("At a branch"))
    at_home = _yes(gettext_lazy("At home"))
    must_record = _yes(gettext_lazy("Recorded in sound and picture"))
    moves_cash = _yes(gettext_lazy("Moves cash (never at home)"))
    sells = _yes(gettext_lazy("Sells a product (never at home)"))


class NewForm(ContentForm):
    code = forms.CharField(label=gettext_lazy("Code, such as card-replacement"), max_length=40)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: StaffRequest) -> HttpResponse:
    """A service that was not there before."""
    require(request.user, Permission.CHANGE_SERVICE)
    if request.method != "POST":
        return _page(request, NewForm(initial={"at_branch": True}))
    form = NewForm(request.POST)
    try:
        said = cleaned(form)
        code = said.pop("code")
        version = catalogue.draft_service(code=code, content=Content(**said), actor=request.user)
    except DomainError as error:
        return _page(request, form, error=error)
    return _written(version)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft, or what a reviewer sent back; by its author alone."""
    version = get_version_or_404(request.user, pk, Permission.CHANGE_SERVICE)
    if request.method != "POST":
        return _page(request, _begun_with(version), version)
    form = ContentForm(request.POST)
    try:
        content = Content(**cleaned(form))
        catalogue.change_draft(version=version, content=content, actor=request.user)
    except DomainError as error:
        return _page(request, form, version, error=error)
    messages.success(request, _("Written down. Thank you."))
    return _written(version)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def following(request: StaffRequest, pk: int) -> HttpResponse:
    """The next version, begun with what this one says; this one stays offered meanwhile."""
    version = get_version_or_404(request.user, pk, Permission.CHANGE_SERVICE)
    if request.method != "POST":
        return _page(request, _begun_with(version), version)
    form = ContentForm(request.POST)
    try:
        content = Content(**cleaned(form))
        fresh = catalogue.draft_version(
            service=version.service, content=content, actor=request.user
        )
    except DomainError as error:
        return _page(request, form, version, error=error)
    return _written(fresh)


def _written(version: ServiceVersion) -> HttpResponse:
    return to("review", version.pk)


def _begun_with(version: ServiceVersion) -> ContentForm:
    return ContentForm(initial=asdict(catalogue.content_of(version)))


def _page(
    request: StaffRequest,
    form: ContentForm,
    version: ServiceVersion | None = None,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    if error is not None and form.is_valid():
        show_refusal(form, error)
    names = [field.name for field in form]
    boxes = [name for name in names if isinstance(form.fields[name], forms.BooleanField)]
    context = {
        "form": form,
        "version": version,
        "fields": [form[name] for name in names if name not in boxes],
        "boxes": [form[name] for name in boxes],
        "tab": "reviews",
    }
    return show(request, "services/write", context, error=error)
