"""The tablet by the door (or one's own phone, by the sign's code): two taps, and somebody comes.

Its address holds a signed branch and nothing else. Nobody is signed in there, so it shows no name
and leads nowhere else.
"""

import contextlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from branches.models import Branch
from eldercare import queries, welcome
from eldercare.models import Escort, Need
from eldercare.waits import WaitHistory
from foundation import clock
from foundation.errors import DomainError, ErrorCode
from web.elder.access import get_branch_or_404

SALT = "elder.welcome"
GOOD_FOR = timedelta(days=90)
# Time to read the number twice; then the tablet is the next person's.
BACK_AFTER_SECONDS = 30
SEE_OTHER = 303


class SignGone(DomainError):
    code = ErrorCode.NOT_FOUND
    http_status = 404
    default_message = gettext_lazy(
        "This sign is too old or not ours. Please speak to one of us; we are glad to help you."
    )


class WantedForm(forms.Form):
    """What for, and what to mind; the key makes a double tap one arrival."""

    key = forms.UUIDField()
    service = forms.ModelChoiceField(queries.services_at_branch().none())
    needs = forms.MultipleChoiceField(choices=Need.choices, required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["service"].queryset = queries.services_at_branch()  # type: ignore[attr-defined]


class PhoneEndForm(forms.Form):
    last4 = forms.RegexField(
        r"^\d{4}$",
        label=gettext_lazy("The last four figures of your phone number"),
        error_messages={
            "required": gettext_lazy("Please type the last four figures."),
            "invalid": gettext_lazy("Please type four figures."),
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "4"}
        ),
    )


@require_safe
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Tap one: what have you come for?"""
    ask = reverse("elder:welcome_needs", args=[token])
    usual = queries.services_asked_for(_branch(token))
    choices = [(one, f"{ask}?service={one.pk}") for one in usual]
    return _page(request, token, "start", {"choices": choices})


@require_safe
def needs(request: HttpRequest, token: str) -> HttpResponse:
    """Tap two: what may we mind? Or nothing, and on."""
    chosen = request.GET.get("service", "")
    versions = queries.services_at_branch()
    version = versions.filter(pk=chosen).first() if chosen.isdecimal() else None
    if version is None:
        return _to("welcome", token)
    context = {"version": version, "needs": Need.choices, "key": uuid4()}
    return _page(request, token, "needs", context)


@require_POST
def come(request: HttpRequest, token: str) -> HttpResponse:
    """They are on the board, with a number to be called by."""
    branch, form = _branch(token), WantedForm(request.POST)
    if not form.is_valid():
        return _to("welcome", token)
    try:
        escort = welcome.come_in(
            client_key=str(form.cleaned_data["key"]),
            branch=branch,
            version=form.cleaned_data["service"],
            needs=form.cleaned_data["needs"],
        )
    except DomainError as refusal:
        return _refused(request, token, refusal)
    return _to("welcome_seat", token, escort.public_id)


@require_safe
def booked(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever booked is found by the end of their phone, and shown as a time, never as a name."""
    branch = _branch(token)
    form = PhoneEndForm(request.GET if "last4" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        found = list(welcome.booked_now(branch, form.cleaned_data["last4"]))
    return _page(request, token, "booked", {"form": form, "found": found})


@require_POST
def here(request: HttpRequest, token: str) -> HttpResponse:
    """“That is me”: they wait from this moment on."""
    branch, form = _branch(token), PhoneEndForm(request.POST)
    escort = None
    with contextlib.suppress(ValueError):
        mine = Escort.objects.filter(branch=branch, public_id=UUID(request.POST.get("escort", "")))
        escort = mine.filter(customer__phone_last4=form.data.get("last4", "")).first()
    if escort is None:
        return _to("welcome_booked", token)
    try:
        welcome.come_booked(escort=escort)
    except DomainError as refusal:
        return _refused(request, token, refusal)
    return _to("welcome_seat", token, escort.public_id)


@require_safe
def seat(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """Please take a seat: the number, and how long it usually takes."""
    branch = _branch(token)
    escort = Escort.objects.filter(branch=branch, public_id=public_id).first()
    if escort is None:
        raise Http404(_("There is no such thing here."))
    context = {
        # A customer's own name is nobody else's to read.
        "called": "" if escort.customer_id else escort.nickname,
        "expected": WaitHistory(branch).expected(clock.now(), welcome.ahead_of(escort)),
    }
    answer = _page(request, token, "seat", context)
    answer["Refresh"] = f"{BACK_AFTER_SECONDS}; url={reverse('elder:welcome', args=[token])}"
    return answer


def token_of(branch: Branch) -> str:
    """The signed name of a branch, for its tablet and its sign."""
    return signing.dumps(branch.code, salt=SALT)


def _branch(token: str) -> Branch:
    try:
        return get_branch_or_404(signing.loads(token, salt=SALT, max_age=GOOD_FOR))
    except signing.BadSignature as error:
        raise SignGone from error


def _page(
    request: HttpRequest, token: str, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {"branch": _branch(token), "token": token}
    answer = render(request, f"elder/welcome/{name}.html", frame | context, status=status)
    add_never_cache_headers(answer)
    # Not "no-referrer": a form would then come from nowhere, and be refused.
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _refused(request: HttpRequest, token: str, refusal: DomainError) -> HttpResponse:
    return _page(request, token, "refused", {"words": refusal.message}, refusal.http_status)


def _to(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"elder:{name}", args=args), status=SEE_OTHER)
