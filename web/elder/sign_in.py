"""Signing in: a phone number, then the code from the text message. One question a page."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from eldercare import phones
from eldercare.sign_in import check_code, send_code
from foundation.errors import DomainError
from web.elder import caller
from web.refusals import show_refusal

CODE_KEY = "elder_code"
SEE_OTHER = 303


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Your phone number"),
        help_text=_("The number that the bank knows. Spaces do not matter."),
        max_length=30,
        error_messages={"required": _("Please type your phone number.")},
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}
        ),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code from the text message"),
        help_text=_("Six figures. Nobody from the bank will ever ask you for it."),
        max_length=12,
        error_messages={"required": _("Please type the six figures.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Which phone? The next page is the same whether we know it or not."""
    form = PhoneForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        try:
            sent = send_code(phone=number)
        except DomainError as refusal:
            status = show_refusal(form, refusal)
        else:
            request.session[CODE_KEY] = {
                "id": str(sent.public_id),
                "masked": phones.mask(phones.normalise(number)),
                "next": _safe_next(request),
            }
            return HttpResponseRedirect(reverse("elder:code"), status=SEE_OTHER)
    context = {"form": form, "next": _safe_next(request)}
    return _fresh(render(request, "elder/sign_in.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code from the text message; with it, the phone is signed in."""
    asked = request.session.get(CODE_KEY)
    if not asked:
        return HttpResponseRedirect(reverse("elder:sign_in"))
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            found = check_code(public_id=asked["id"], code=form.cleaned_data["code"])
        except DomainError as refusal:
            status = show_refusal(form, refusal, field="code")
        else:
            request.session.pop(CODE_KEY, None)
            if not caller.begin(request, found):
                return _fresh(render(request, "elder/nobody.html", status=403))
            return HttpResponseRedirect(asked["next"] or reverse("elder:home"), status=SEE_OTHER)
    context = {"form": form, "masked": asked["masked"]}
    return _fresh(render(request, "elder/code.html", context, status=status))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave nothing behind on a phone that is lent."""
    caller.end(request)
    return HttpResponseRedirect(reverse("elder:home"), status=SEE_OTHER)


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else ""


def _fresh(answer: HttpResponse) -> HttpResponse:
    add_never_cache_headers(answer)
    return answer
