"""Whose day, and which: a region in scope and a day that can be told."""

from datetime import date
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.permissions import Permission, require
from accounts.roles import Role
from appointments import day_plans
from appointments.day_board import people_of_region, plans_for, runs_for
from appointments.models import DayPlan, PlanRun
from branches.models import Staff
from web.desk.signed_in import StaffRequest

REGION = "region"


def regions_of(user: User) -> list[Region]:
    """The regions whose days this person plans: one's own, or all of them."""
    if user.role == Role.ADMINISTRATOR:
        return list(Region.objects.all())
    return [user.region] if user.region is not None else []


def region_or_404(request: StaffRequest) -> Region:
    """The region that is looked at; ``?region=`` chooses among several."""
    require(request.user, Permission.PLAN_DAY)
    found = regions_of(request.user)
    code = request.GET.get(REGION) or request.POST.get(REGION)
    chosen = [region for region in found if region.code == code] if code else found
    if not chosen:
        raise Http404(_("There is no such thing here."))
    return chosen[0]


def day_or_404(text: str) -> date:
    """A day as it stands in an address."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404(_("There is no such day.")) from error


def plan_or_none(user: User, region: Region, day: date) -> DayPlan | None:
    """The plan of that day, if anybody has thought of it yet. Looking makes none."""
    return plans_for(user).filter(region=region, day=day).first()


def plan_or_404(request: StaffRequest, day: str) -> DayPlan:
    """The plan of that day for whoever changes it; made when it is the first time."""
    region = region_or_404(request)
    return day_plans.plan_for(region, day_or_404(day))


def run_or_404(request: StaffRequest, day: str, public_id: UUID) -> PlanRun:
    """One run of that day's plan."""
    require(request.user, Permission.PLAN_DAY)
    rows = runs_for(request.user).filter(plan__day=day_or_404(day))
    run = rows.filter(public_id=public_id).first()
    if run is None:
        raise Http404(_("There is no such thing here."))
    return run


def person_or_none(request: StaffRequest, region: Region, pk: str) -> Staff | None:
    """One of the people who may be sent."""
    rows = people_of_region(request.user, region)
    return rows.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() else None
