"""Wake-up calls. The rows are the truth; losing every task here loses nothing."""

from celery import shared_task

from audits import findings


@shared_task(name="sweeps.raise_findings")
def raise_findings() -> None:
    """Put broken must-have facilities on the list, should nobody have done so."""
    findings.sweep_faults()
