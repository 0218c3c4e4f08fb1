"""The whole run: set the stage, let the crowd in, break things, let it settle, compare."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.faults import schedule
from chaos.ledger import Ledger
from chaos.record import Record
from chaos.stage import Stage, say
from config.serve.errands import throw_away_place
from config.serve.places import CannotServe, Place, chosen

PATIENCE = 180.0
LATEST = 4.0  # the crowd may take so many times as long as was asked for
COUNTS = ("kills", "wipes", "restarts", "freezes", "jumps", "silences")


@dataclass(frozen=True)
class Options:
    """How long things break, how many customers come, and the seed of both."""

    minutes: float
    visits: int
    seed: int


def play(options: Options) -> dict[str, Any]:
    """Do all of it; the figures of the run.

    Raises:
        CannotServe: a part does not start, or the crowd itself fails.
    """
    began = time.monotonic()
    logs = chosen().var / "chaos"
    with throw_away_place() as place:
        stage = Stage(place, options.seed)
        try:
            _set(stage, options)
            _break_things(stage, options.minutes * 60)
            say("· everything runs again; waiting until nothing is left to do")
            stage.calm()
            figures = _compare(stage)
        finally:
            stage.close()
            _keep_logs(place, logs)
    return {**figures, "seed": options.seed, "seconds": round(time.monotonic() - began, 1)}


def _keep_logs(place: Place, kept: Path) -> None:
    """The words of the last run's processes stay in ``var/chaos/``, for whoever asks why."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(place.logs, kept)


def _set(stage: Stage, options: Options) -> None:
    say("· starting PostgreSQL, Valkey and the gateway")
    stage.open()
    import django

    django.setup()
    from django.core.management import call_command

    from chaos import scene

    say(f"· making a region with {options.visits} customers")
    call_command("migrate", interactive=False, verbosity=0)
    scene.set_up(options.visits, options.seed)
    say("· starting workers and beats")
    stage.start_programs()
    stage.start_crowd(options.visits, options.minutes * 60)


def _break_things(stage: Stage, seconds: float) -> None:
    """Strike by the schedule until the time is over and everybody has had an answer."""
    began = time.monotonic()
    for fault in schedule(stage.seed, seconds):
        while time.monotonic() < began + fault.at:
            stage.mend()
            time.sleep(0.05)
            passed = time.monotonic() - began
            if stage.crowd_is_done() and passed >= seconds:
                return
        if passed_by(began, seconds):
            raise CannotServe("the crowd has not had its answers; see its log")
        say(f"· {fault.at:6.1f} s {fault.kind.replace('_', ' ')}")
        stage.strike(fault)


def passed_by(began: float, seconds: float) -> bool:
    """Whether the crowd takes so much longer than was asked for that something must be wrong."""
    return time.monotonic() - began > LATEST * seconds + PATIENCE


def _compare(stage: Stage) -> dict[str, Any]:
    from appointments.models import HomeVisit
    from chaos import settling
    from chaos.verdict import judge
    from workflow.models import DueStep, Message
    from workflow.states import StepStatus

    settling.settle(stage.jump, stage.mend)
    record = Record(stage.record)
    accepted = record.accepted()
    record.close()
    told = list(Ledger(stage.ledger).words())
    verdict = judge(accepted, told)
    for line in verdict.lines():
        say(f"! {line}")
    return {
        "bookings": sum(word.what == "booked" for word in told),
        "moves": sum(word.what == "moved" for word in told),
        "cancellations": sum(word.what == "cancelled" for word in told),
        "visits": HomeVisit.objects.count(),
        "messages": Message.objects.count(),
        "retried": Message.objects.filter(tries__gt=1).count(),
        "accepted": accepted.total(),
        "steps": DueStep.objects.exclude(status=StepStatus.WAITING).count(),
        **{name: stage.counts[name] for name in COUNTS},
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "stuck": len(verdict.stuck),
        "wrong": len(verdict.wrong),
    }
