"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from workflow import due_steps, outbox


@shared_task(name="messages.send_message")
def send_message(pk: int) -> None:
    """Send this message now, if it still is to be sent."""
    outbox.deliver(pk)


@shared_task(name="sweeps.sweep_messages")
def sweep_messages() -> None:
    """Send what is due and whose wake-up was lost; take back what a dead worker held."""
    outbox.reap()
    outbox.sweep()


@shared_task(name="sweeps.act_on_due_steps")
def act_on_due_steps() -> None:
    """Act on the due steps whose time has come."""
    due_steps.act_on_due()
