"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from workflow import due_steps, heartbeats, outbox, retention


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


@shared_task(name="sweeps.forget_old_texts")
def forget_old_texts() -> None:
    """Delete the numbers and words of messages that ended long ago."""
    retention.forget_old_texts()


@shared_task(name="messages.heartbeat")
def messages_heartbeat() -> None:
    """A worker takes this queue, and reaches the rows."""
    heartbeats.sign("queue:messages")


@shared_task(name="plans.heartbeat")
def plans_heartbeat() -> None:
    """A worker takes this queue, and reaches the rows."""
    heartbeats.sign("queue:plans")


@shared_task(name="sweeps.heartbeat")
def sweeps_heartbeat() -> None:
    """A worker takes this queue, and reaches the rows."""
    heartbeats.sign("queue:sweeps")
