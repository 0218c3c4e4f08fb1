"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from eldercare import retention


@shared_task(name="sweeps.forget_old_customers")
def forget_old_customers() -> None:
    """Erase whom nothing has to be remembered of any more."""
    retention.forget_old_customers()
