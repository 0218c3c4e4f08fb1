"""The only place in this app that says FOR UPDATE."""

from appointments.models import DayPlan, HomeVisit, PlanRun, Wish


def visit_locked(pk: int) -> HomeVisit:
    """One visit, locked and fresh."""
    return HomeVisit.objects.select_for_update(of=("self",)).get(pk=pk)


def wish_locked(pk: int) -> Wish:
    """One place on the waiting list, locked and fresh."""
    return Wish.objects.select_for_update(of=("self",)).get(pk=pk)


def day_plan_locked(pk: int) -> DayPlan:
    """One day plan, locked and fresh; after its run, its people and its visits."""
    return DayPlan.objects.select_for_update(of=("self",)).get(pk=pk)


def plan_run_locked(pk: int) -> PlanRun:
    """One run, locked and fresh; before everything else."""
    return PlanRun.objects.select_for_update(of=("self",)).get(pk=pk)
