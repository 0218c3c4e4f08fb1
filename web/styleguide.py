"""The living page of every component."""

import re
from functools import cache

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

FACES = (("elder", _("Elder mode")), ("desk", _("Desk")), ("region", _("Region")))
TONES = (
    ("ok", _("done")),
    ("wait", _("waiting for approval")),
    ("bad", _("could not be done")),
    ("info", _("on the way")),
    ("", _("cancelled")),
)
SWATCHES = ("paper", "surface", "sunken", "accent", "lamp", "ok", "wait", "bad", "info", "quiet")


class SampleForm(forms.Form):
    """One of each control."""

    phone = forms.CharField(label=_("Your phone number"), help_text=_("11 digits"))
    code = forms.CharField(label=_("The code from the text message"), required=False)
    words = forms.CharField(label=_("In your own words"), widget=forms.Textarea, required=False)
    size = forms.ChoiceField(
        label=_("Text size"),
        choices=[("normal", _("Standard")), ("large", _("Large"))],
        widget=forms.RadioSelect,
        required=False,
    )


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every component in every state, in the size of the face that is asked for."""
    face = request.GET.get("face", "")
    context = {
        "form": SampleForm(data={"size": "large"}),
        "tones": TONES,
        "swatches": SWATCHES,
        "faces": FACES,
        "sample_face": face if face in dict(FACES) else "elder",
        "sentence": _("Go back to the page before; what you entered there is kept."),
        "page": Paginator(range(30), 10).page(2),
        "icons": icon_names(),
    }
    return render(request, "styleguide.html", context)


@cache
def icon_names() -> tuple[str, ...]:
    """The ids of the symbols that there are."""
    path = finders.find("web/img/icons.svg")
    if not isinstance(path, str):
        return ()
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  (finders speak in strings)
        return tuple(re.findall(r'<symbol id="([^"]+)"', file.read()))
