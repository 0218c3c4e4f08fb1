"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from appointments import holds, waiting_list


@shared_task(name="sweeps.release_expired_holds")
def release_expired_holds() -> None:
    """Give back what was held for forms that nobody sent."""
    holds.sweep_expired()


@shared_task(name="sweeps.offer_to_waiting")
def offer_to_waiting() -> None:
    """Offer what has come free to whoever waits for it."""
    waiting_list.sweep()
