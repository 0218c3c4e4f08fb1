"""Messages: how many a second through the real worker, and how late with 100,000 due steps waiting.

Three questions, each beside a yardstick of the same run on the same machine:
1. messages a second through a real worker and a local gateway, beside a plain loop that only posts;
2. from due to sent, while a hundred thousand other steps wait for their time;
3. claims a second out of a hundred thousand steps that are due at one moment, by two claimers at
   once, beside a claim without SKIP LOCKED, for whose rows the two wait in line.
"""

import argparse
import contextlib
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

BATCH = 5000
CLAIMS = 1500
SPREAD = 20.0  # seconds over which the measured steps fall due
AHEAD = 4.0  # seconds until the first does


def main() -> dict[str, Any]:
    """Measure all three, print a table, return the figures."""
    options = _options()
    figures: dict[str, Any] = {"steps": options.steps, "sweep_seconds": options.sweep_seconds}
    with _house(options.sweep_seconds) as gateway:
        figures |= _throughput(options.messages, gateway)
        figures |= _delay(options.steps, options.due)
    figures |= _claims()
    _print(figures)
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000, help="for the first question")
    parser.add_argument("--steps", type=int, default=100_000, help="that wait")
    parser.add_argument("--due", type=int, default=200, help="that fall due and are timed")
    parser.add_argument("--sweep-seconds", type=int, default=1, help="NUANBAN_SWEEP_SECONDS")
    return parser.parse_args()


@contextlib.contextmanager
def _house(sweep_seconds: int) -> Iterator[str]:
    """A gateway, a worker and beat as ``bin/serve`` starts them; yields the gateway's address."""
    from config.serve import programs
    from config.serve.places import Place

    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        place.make()
        port_file, ready = place.var / "gateway.url", place.var / "worker.ready"
        words = (str(place.var / "accepted.sqlite"), "1", str(port_file), "kind")
        children = [programs.program(place, os.environ, "gateway", "chaos.gateway", *words)]
        children[0].start()
        try:
            _wait(port_file.exists, "the gateway")
            os.environ["NUANBAN_CHAOS_GATEWAY"] = port_file.read_text()
            env = {
                **os.environ,
                "NUANBAN_SMS_CHANNEL": "chaos.channel.HttpGateway",
                "NUANBAN_SWEEP_SECONDS": str(sweep_seconds),
            }
            children.append(programs.worker(place, env, ready=ready))
            children.append(programs.beat(place, env))
            for child in children[1:]:
                child.start()
            _wait(ready.exists, "the worker")
            yield port_file.read_text()
        finally:
            for child in reversed(children):
                child.stop()


def _throughput(count: int, gateway: str) -> dict[str, float]:
    from django.db import transaction

    from chaos.channel import post
    from workflow.models import Message
    from workflow.outbox import queue_message

    _to_office_hours()
    body = "王芳（X-001）和李强（X-002）明天上午九点到十一点上门。有事请打95555。"
    began = time.perf_counter()
    for number in range(count):
        post(gateway, {"key": f"plain:{number}", "to": f"139{number:08d}", "body": body})
    plain = count / (time.perf_counter() - began)
    for first in range(0, count, 100):
        with transaction.atomic():
            for number in range(first, min(first + 100, count)):
                queue_message(
                    key=f"bench:{number}",
                    kind="bench",
                    subject=f"bench:{number}",
                    to=f"138{number:08d}",
                    body=body,
                )
    rows = Message.objects.filter(kind="bench", delivered_at__isnull=False)
    _wait(lambda: rows.count() == count, "the messages")
    sent = [row.delivered_at for row in rows.order_by("delivered_at")]
    # From the tenth of them to the last: the worker was at work all that while.
    tenth = count // 10
    ours = (count - tenth) / _seconds(sent[tenth], sent[-1])
    return {
        "messages": count,
        "messages_a_second": round(ours, 1),
        "plain_loop_a_second": round(plain, 1),
        "throughput_ratio": round(ours / plain, 2),
    }


def _delay(steps: int, due: int) -> dict[str, float]:
    """Real visits whose teams are announced one by one, among steps that wait for other days."""
    from chaos import scene
    from foundation import clock
    from workflow.models import DueStep, Message
    from workflow.states import StepStatus

    scene.set_up(due, seed=1)
    _book(due)
    _fill(steps, clock.now() + timedelta(days=30))
    _to_office_hours()
    waiting = DueStep.objects.filter(kind="announce_team", status=StepStatus.WAITING)
    announced = list(waiting.order_by("pk"))
    first = clock.now() + timedelta(seconds=AHEAD)
    for number, step in enumerate(announced):
        step.due_at = first + timedelta(seconds=SPREAD * number / len(announced))
    DueStep.objects.bulk_update(announced, ["due_at"])
    told = Message.objects.filter(
        kind="visit_announced",
        delivered_at__isnull=False,
        subject__in=[step.subject for step in announced],
    )
    _wait(lambda: told.count() == len(announced), "the announcements")
    sent_at = {row.subject: row.delivered_at for row in told}
    late = [_seconds(step.due_at, sent_at[step.subject]) for step in announced]
    cuts = statistics.quantiles(late, n=20)
    return {
        "timed": len(late),
        "due_to_sent_p50_s": round(statistics.median(late), 2),
        "due_to_sent_p95_s": round(cuts[-1], 2),
    }


def _seconds(since: datetime | None, until: datetime | None) -> float:
    assert since is not None
    assert until is not None
    return (until - since).total_seconds()


def _claims() -> dict[str, float]:
    """All that waits is due at one moment; nobody else is at work any more."""
    from foundation import clock
    from workflow import due_steps
    from workflow.locks import next_due_step_locked
    from workflow.models import DueStep
    from workflow.states import StepStatus

    DueStep.objects.filter(status=StepStatus.WAITING).update(due_at=clock.now())
    DueStep.objects.filter(status=StepStatus.WAITING).exclude(kind="bench").delete()
    due_steps.register("bench", _do_nothing)

    def in_line(at: Any, kinds: list[str]) -> DueStep | None:
        rows = DueStep.objects.filter(status=StepStatus.WAITING, due_at__lte=at, kind__in=kinds)
        return rows.select_for_update(of=("self",)).order_by("due_at", "pk").first()

    waiting = DueStep.objects.filter(status=StepStatus.WAITING).count()
    ours = _claims_a_second(next_due_step_locked)
    naive = _claims_a_second(in_line)
    return {
        "due_at_once": waiting,
        "claims_a_second": round(ours, 1),
        "without_skip_locked_a_second": round(naive, 1),
        "claims_ratio": round(ours / naive, 2),
    }


def _claims_a_second(claim: Callable[..., Any]) -> float:
    """Two claimers act on steps side by side; what a step asks for takes five milliseconds."""
    from django.db import connection

    from workflow import due_steps

    before = due_steps.__dict__["next_due_step_locked"]
    due_steps.__dict__["next_due_step_locked"] = claim

    def act() -> None:
        due_steps.act_on_due(limit=CLAIMS // 2)
        connection.close()

    try:
        claimers = [threading.Thread(target=act) for _n in range(2)]
        began = time.perf_counter()
        for claimer in claimers:
            claimer.start()
        for claimer in claimers:
            claimer.join()
        return CLAIMS / (time.perf_counter() - began)
    finally:
        due_steps.__dict__["next_due_step_locked"] = before


def _do_nothing(_step: Any) -> tuple[Any, str]:
    from workflow.states import StepStatus

    time.sleep(0.005)
    return StepStatus.DONE, "done"


def _book(count: int) -> None:
    """A visit for each customer, on some day of the next two weeks."""
    from appointments.asking import Asker
    from appointments.availability import demand_for, next_windows
    from appointments.booking import book_visit
    from appointments.models.home_visit import AskedBy
    from eldercare.models import Customer, ServiceVersion

    version = ServiceVersion.objects.offered().at_home().filter(risk="low").order_by("pk")[0]
    for number, customer in enumerate(Customer.objects.select_related("branch")[:count]):
        windows = next_windows(customer.branch, demand_for(customer, version), limit=20)
        start = windows[number % len(windows)].start
        book_visit(
            customer=customer,
            version=version,
            window_start=start,
            key=f"bench:{number}",
            asker=Asker(AskedBy.CUSTOMER),
        )


def _fill(count: int, due_at: Any) -> None:
    from workflow.models import DueStep

    for first in range(0, count, BATCH):
        DueStep.objects.bulk_create(
            DueStep(key=f"bench:{n}", kind="bench", subject=f"bench:{n}", due_at=due_at)
            for n in range(first, min(first + BATCH, count))
        )


def _to_office_hours() -> None:
    """To ten in the morning of the next day: nothing waits for the end of a night."""
    from branches.queries import local_moment
    from foundation import clock

    ten = timedelta(hours=10)
    midnight = local_moment(clock.today() + timedelta(days=1), day_time.min)
    clock.hurry(midnight + ten - clock.now())


def _wait(until: Callable[[], bool], words: str, *, seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {words}")
        time.sleep(0.1)


def _print(figures: dict[str, Any]) -> None:
    for name, figure in figures.items():
        print(f"{name:>30}  {figure}")
