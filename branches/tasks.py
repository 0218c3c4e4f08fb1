"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from branches import vigil


@shared_task(name="sweeps.branches_register")
def branches_register() -> None:
    """Write what is still missing of the due steps, and ask about gaps on the floor."""
    vigil.lay_out_missing()
    vigil.ask_about_gaps()
