"""Company at a branch: where, what for, when, and one look at all answers. One thing a page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.availability import WINDOW_FORMAT, days_ahead
from appointments.escort_times import AlreadyBooked, OpenTime, TimeTaken, book_escort, open_times
from branches.models import Branch
from eldercare.models import Escort, ServiceVersion
from eldercare.queries import services_at_branch
from foundation.errors import Busy, DomainError, Words
from web.elder import times
from web.elder.access import get_branch_or_404, get_person_or_404, get_service_or_404
from web.elder.asking import OpenDay, Slot, asked_key, asked_time, asked_value
from web.elder.caller import ElderRequest, Person, people_of, signed_in
from web.elder.places import places
from web.templatetags.spoken import spoken_time

SEE_OTHER = 303


@dataclass(frozen=True)
class Company:
    """Somebody at one's side in a branch: for whom, where and what for.

    ``escort`` is the booking that is being moved, if one is.
    """

    person: Person
    branch: Branch
    version: ServiceVersion
    escort: Escort | None = None

    @classmethod
    def to_move(cls, person: Person, escort: Escort) -> Self:
        """The same company at another time; its assistant is thought to be free then."""
        return cls(person, escort.branch, escort.service_version, escort)

    @property
    def question(self) -> Words:
        return _("When would you like to come?")

    @property
    def promise(self) -> Words:
        return _("At these times one of us is there for you alone.")

    @property
    def steps(self) -> str:
        return "" if self.escort else "1234"

    @property
    def ahead(self) -> list[date]:
        return days_ahead()

    @property
    def wait(self) -> str:
        return ""

    def page(self, name: str, **answers: str) -> str:
        if self.escort is not None:
            address = reverse(f"elder:company_move_{name}", args=[self.escort.public_id])
            return f"{address}?{urlencode(answers)}" if answers else address
        given = {
            "for": str(self.person.customer.public_id),
            "branch": self.branch.code,
            "service": self.version.service.code,
            **answers,
        }
        return f"{reverse(f'elder:company_{name}')}?{urlencode(given)}"

    def days(self, only: date | None = None) -> list[OpenDay]:
        wanted = self.ahead if only is None else [only]
        found: dict[date, list[Slot]] = {day: [] for day in wanted}
        held = self.escort.commitment_id if self.escort else None
        without = [held] if held else []
        for time in open_times(self.branch, self.version, wanted, without=without):
            if self.escort is None or time.start != self.escort.booked_for:
                found[time.team_day.date].append(slot_of(time))
        return [OpenDay(day, slots) for day, slots in found.items()]

    def keep(self, start: datetime) -> None:
        """Nothing to keep: there is one assistant to find, and booking finds the next one."""


def slot_of(time: OpenTime) -> Slot:
    """A proven time as a page shows it."""
    value = time.start.astimezone(UTC).strftime(WINDOW_FORMAT)
    return Slot(time.start, spoken_time(time.start), value, time.quiet)


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """The branches, the nearest first for those whom we know. Anybody may look."""
    people = people_of(request)
    near = people[0].customer if people else None
    return render(request, "elder/company/where.html", {"places": places(near)})


@require_safe
@signed_in
def service(request: ElderRequest) -> HttpResponse:
    """For whom (if there are several), then: what for?"""
    branch = get_branch_or_404(request.GET.get("branch", ""))
    person = get_person_or_404(request)
    if person is None:
        return _ask_for_whom(request, branch)
    versions = services_at_branch().select_related("service")
    context = {
        "branch": branch,
        "choices": [(one, Company(person, branch, one).page("when")) for one in versions],
        "back": reverse("elder:company"),
        "step": 2,
        "steps": "1234",
    }
    return render(request, "elder/company/service.html", context)


@require_safe
@signed_in
def when(request: ElderRequest) -> HttpResponse:
    company = _company(request)
    if company is None:
        return _start_again()
    return times.show_when(request, company, back=_service_page(company.branch, company.person))


@require_safe
@signed_in
def day(request: ElderRequest) -> HttpResponse:
    company = _company(request)
    return times.show_days(request, company) if company else _start_again()


@require_safe
@signed_in
def time(request: ElderRequest) -> HttpResponse:
    company = _company(request)
    return times.show_times(request, company) if company else _start_again()


@require_POST
@signed_in
def keep(request: ElderRequest) -> HttpResponse:
    company = _company(request)
    return times.keep(request, company) if company else _start_again()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ElderRequest) -> HttpResponse:
    """One look at every answer; the button at its end books."""
    company = _company(request)
    if company is None:
        return _start_again()
    start = asked_time(request)
    if start is None:
        return HttpResponseRedirect(company.page("when"), status=SEE_OTHER)
    if request.method == "POST" and asked_key(request):
        return _book(request, company, start)
    return _show_check(request, company, start)


def _ask_for_whom(request: ElderRequest, branch: Branch) -> HttpResponse:
    context = {
        "choices": [(one, _service_page(branch, one)) for one in request.people],
        "back": reverse("elder:company"),
    }
    return render(request, "elder/company/whom.html", context)


def _book(request: ElderRequest, company: Company, start: datetime) -> HttpResponse:
    try:
        escort = book_escort(
            customer=company.person.customer,
            branch=company.branch,
            version=company.version,
            start=start,
            key=f"elder:{asked_key(request)}",
            asker=company.person.asker,
        )
    except TimeTaken as taken:
        return times.show_taken(request, company, taken, map(slot_of, taken.times))
    except (AlreadyBooked, Busy) as refusal:
        return _show_check(request, company, start, refusal)
    messages.success(request, _("Thank you. We are expecting you."))
    address = reverse("elder:company_booking", args=[escort.public_id])
    return HttpResponseRedirect(address, status=SEE_OTHER)


def _show_check(
    request: ElderRequest,
    company: Company,
    start: datetime,
    refusal: DomainError | None = None,
) -> HttpResponse:
    context = {
        "company": company,
        "start": start,
        "window": asked_value(request),
        "key": asked_key(request) or uuid4().hex,
        "message": refusal.message if refusal else "",
        "change_where": reverse("elder:company"),
        "change_service": _service_page(company.branch, company.person),
        "change_time": company.page("when"),
        "step": 4,
        "steps": "1234",
    }
    status = refusal.http_status if refusal else 200
    return render(request, "elder/company/check.html", context, status=status)


def _company(request: ElderRequest) -> Company | None:
    """What the address asks for so far; None when the first questions are not answered yet."""
    person = get_person_or_404(request)
    code = request.GET.get("service", "")
    if person is None or not code or "branch" not in request.GET:
        return None
    version = get_service_or_404(code, services_at_branch())
    return Company(person, get_branch_or_404(request.GET["branch"]), version)


def _service_page(branch: Branch, person: Person) -> str:
    query = {"branch": branch.code, "for": str(person.customer.public_id)}
    return f"{reverse('elder:company_service')}?{urlencode(query)}"


def _start_again() -> HttpResponse:
    return HttpResponseRedirect(reverse("elder:company"))
