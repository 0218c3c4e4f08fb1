"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from appointments import holds


@shared_task(name="sweeps.release_expired_holds")
def release_expired_holds() -> None:
    """Give back what was held for forms that nobody sent."""
    holds.sweep_expired()
