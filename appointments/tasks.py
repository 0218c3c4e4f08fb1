"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from appointments import closed_days, day_plans, holds, plan_runs, waiting_list


@shared_task(name="sweeps.release_expired_holds")
def release_expired_holds() -> None:
    """Give back what was held for forms that nobody sent."""
    holds.sweep_expired()


@shared_task(name="sweeps.offer_to_waiting")
def offer_to_waiting() -> None:
    """Offer what has come free to whoever waits for it."""
    waiting_list.sweep()


@shared_task(name="sweeps.speak_of_closed_days")
def speak_of_closed_days() -> None:
    """Tell whoever was promised something on a day that has become a holiday."""
    closed_days.sweep()


@shared_task(name="sweeps.improve_days")
def improve_days() -> None:
    """See which days have changed, or wait for their nightly search."""
    day_plans.sweep()


# The first search on a machine compiles for a minute or two before its seconds begin.
@shared_task(name="plans.improve_day", soft_time_limit=280, time_limit=300)
def improve_day(pk: int) -> None:
    """Search for a better day, and adopt it if it is one."""
    plan_runs.work(pk)
