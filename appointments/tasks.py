"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from appointments import closed_days, holds, waiting_list


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
