"""What we do (长辈版业务目录): at home and at a branch, what to prepare, and what we never ask."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eldercare.queries import services_offered
from web.elder.access import get_service_or_404


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that two reviewers let through, by where it is done; one tap leads to one."""
    every = list(services_offered())
    context = {
        "at_home": [one for one in every if one.at_home],
        "at_branch": [one for one in every if one.at_branch and not one.at_home],
    }
    return render(request, "elder/services/list.html", context)


@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """One service, to be read aloud and to be printed as a card for the kitchen table."""
    version = get_service_or_404(code, services_offered())
    return render(request, "elder/services/card.html", {"version": version})
