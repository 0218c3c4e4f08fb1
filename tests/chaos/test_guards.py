"""Each guard, on and off, before the eyes that judge a chaos run.

With the guard the verdict is clean; with it taken away, by the same deed, it names what went wrong.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from pytest_django.fixtures import Settings

import workflow.locks
from appointments import availability, booking, holds, notices
from appointments.booking import book_visit, cancel_visit
from appointments.models import HomeVisit
from branches.models import Commitment
from chaos import channel
from chaos.gateway import Gateway
from chaos.ledger import Word
from chaos.record import Record
from chaos.verdict import judge
from foundation import clock
from foundation.errors import DomainError
from tests.chaos.conftest import wait_for
from tests.make import MORNING, Town, at, by_customer, make_customer, make_town
from workflow import due_steps, outbox, tasks
from workflow.models import DueStep, Message
from workflow.outbox import queue_message
from workflow.states import MessageStatus, StepStatus

pytestmark = pytest.mark.slow

CLEAN: set[str] = set()


@pytest.fixture
def gateway(
    transactional_db: None,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Gateway]:
    """The gateway of a chaos run, kind unless told otherwise, and a channel that leads to it."""
    gateway = Gateway(Record(tmp_path / "accepted.sqlite"), seed=1, moody=False, work=0.3)
    threading.Thread(target=gateway.serve_forever, args=(0.05,), daemon=True).start()
    settings.NUANBAN_CHANNELS = {"sms": "chaos.channel.HttpGateway"}
    monkeypatch.setenv("NUANBAN_CHAOS_GATEWAY", gateway.url)
    monkeypatch.setattr(tasks.send_message, "delay", lambda _pk: None)
    with time_machine.travel(MORNING):
        yield gateway
    gateway.shutdown()
    gateway.server_close()
    gateway.record.close()


@pytest.fixture
def town(gateway: Gateway) -> Town:
    return make_town()


def found(gateway: Gateway, *told: Word) -> set[str]:
    """The sorts of trouble that the verdict names."""
    verdict = judge(gateway.record.accepted(), told)
    return {line.partition(":")[0] for line in verdict.lines()}


def queue(number: int = 0) -> Message:
    return queue_message(
        key=f"m{number}", kind="news", subject=f"visit:{number}", to="13812345678", body="Hello."
    )


def both(*acts: Callable[[], object]) -> None:
    """Do these at the same time; a refusal is an answer too."""

    def run(act: Callable[[], object]) -> None:
        try:
            with suppress(DomainError):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def meeting(read: Callable[..., Any]) -> Callable[..., Any]:
    """The same reading, after which two readers wait for each other; one who is alone goes on."""
    line = threading.Barrier(2)

    def and_wait(*args: Any, **kwargs: Any) -> Any:
        row = read(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):
            line.wait(1.0)
        return row

    return and_wait


def make_due(seconds: int = 90) -> None:
    clock.hurry(timedelta(seconds=seconds))


def test_message_is_claimed_under_a_lock(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_from_two_workers(pk: int) -> set[str]:
        both(lambda: outbox.deliver(pk), lambda: outbox.deliver(pk))
        return found(gateway)

    def unlocked(pk: int, _at: object) -> Message | None:
        return Message.objects.filter(pk=pk, status=MessageStatus.QUEUED).first()

    locked = workflow.locks.next_message_locked
    monkeypatch.setattr(outbox, "next_message_locked", meeting(locked))
    assert send_from_two_workers(queue(1).pk) == CLEAN
    monkeypatch.setattr(outbox, "next_message_locked", meeting(unlocked))
    assert send_from_two_workers(queue(2).pk) == {"doubled"}


def test_lease_is_waited_out(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_and_reap(number: int) -> None:
        message = queue(number)

        def reap_in_mid_send() -> None:
            in_flight = Message.objects.filter(pk=message.pk, status=MessageStatus.IN_FLIGHT)
            wait_for(in_flight.exists, "the message in flight")
            outbox.reap()
            outbox.deliver(message.pk)

        both(lambda: outbox.deliver(message.pk), reap_in_mid_send)

    send_and_reap(1)
    assert found(gateway) == CLEAN
    monkeypatch.setattr(outbox, "LEASE", timedelta(0))
    send_and_reap(2)
    assert found(gateway) == {"doubled"}


def test_gateway_is_given_the_idempotency_key(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "PATIENCE", 0.5)

    def time_out_and_try_again(number: int) -> None:
        message = queue(number)
        gateway.silent_until = time.monotonic() + 0.4
        outbox.deliver(message.pk)
        assert Message.objects.get(pk=message.pk).status == MessageStatus.RETRYING
        make_due()
        outbox.deliver(message.pk)
        assert Message.objects.get(pk=message.pk).status == MessageStatus.DELIVERED

    time_out_and_try_again(1)
    assert found(gateway) == CLEAN
    told = channel.post
    monkeypatch.setattr(channel, "post", lambda url, given: told(url, given | {"key": ""}))
    time_out_and_try_again(2)
    assert "doubled" in found(gateway)


def test_sweeper_finds_what_nobody_was_woken_for(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(1)
    tasks.sweep_messages()
    assert found(gateway) == CLEAN
    monkeypatch.setattr(outbox, "sweep", lambda: 0)
    queue(2)
    tasks.sweep_messages()
    assert found(gateway) == {"stuck"}


def test_reaper_takes_back_what_the_dead_hold(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_in_mid_send(number: int) -> None:
        outbox._claim(queue(number).pk)
        make_due(seconds=150)
        tasks.sweep_messages()

    die_in_mid_send(1)
    assert found(gateway) == CLEAN
    monkeypatch.setattr(outbox, "reap", lambda: 0)
    die_in_mid_send(2)
    assert found(gateway) == {"stuck"}


def book(town: Town, key: str, hour: int = 10, customer: Any = None) -> HomeVisit:
    return book_visit(
        customer=customer or make_customer(town.branch),
        version=town.version,
        window_start=at(hour),
        key=key,
        asker=by_customer(),
    )


@contextmanager
def without_constraint() -> Iterator[None]:
    """No constraint on people's time; afterwards it is back."""
    constraint = next(c for c in Commitment._meta.constraints if c.name == "commitment_no_overlap")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Commitment, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE branches_commitment CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(Commitment, constraint)


def test_people_are_promised_under_a_lock_and_a_constraint(
    town: Town, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_customer(town.branch) for _ in range(6)]

    def two_at_once(hour: int, *pair: int) -> set[str]:
        prove = availability.prove_window
        with monkeypatch.context() as patch:
            patch.setattr(booking, "prove_window", meeting(prove))
            both(*(lambda n=n: book(town, f"chaos:{n}", hour, people[n]) for n in pair))
        tasks.sweep_messages()
        return found(gateway)

    assert two_at_once(9, 0, 1) == CLEAN
    monkeypatch.setattr(holds, "staff_locked", lambda _pks: [])
    assert two_at_once(12, 2, 3) == CLEAN  # the constraint alone holds
    with without_constraint():
        assert two_at_once(15, 4, 5) == {"doubled"}


def test_form_that_is_sent_again_carries_its_key(town: Town, gateway: Gateway) -> None:
    first = book(town, "chaos:1", customer=town.grandmother)
    assert book(town, "chaos:1", 13, town.grandmother) == first
    tasks.sweep_messages()
    assert found(gateway, Word("booked", str(first.public_id), "chaos:1")) == CLEAN
    book(town, "chaos:2", 13, town.grandmother)
    tasks.sweep_messages()
    assert found(gateway) == {"doubled"}


def test_due_step_reads_its_visit_again(
    town: Town, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel_and_wait(key: str, hour: int) -> None:
        visit = book(town, key, hour)
        cancel_visit(visit=visit, reason="", asker=by_customer())
        make_due(seconds=60)
        DueStep.objects.filter(subject=visit.subject).update(due_at=clock.now())
        due_steps.act_on_due()
        tasks.sweep_messages()

    def trusting(step: DueStep) -> tuple[StepStatus, str]:
        notices.announced(HomeVisit.objects.get(public_id=step.subject.removeprefix("visit:")))
        return StepStatus.DONE, "announced"

    cancel_and_wait("chaos:1", 10)
    assert found(gateway) == CLEAN
    monkeypatch.setitem(due_steps._handlers, "announce_team", trusting)
    cancel_and_wait("chaos:2", 13)
    assert "wrong" in found(gateway)


def test_due_step_is_claimed_under_a_lock(
    town: Town, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_ticks(key: str, hour: int) -> set[str]:
        visit = book(town, key, hour)
        steps = DueStep.objects.filter(subject=visit.subject, kind="announce_team")
        steps.update(due_at=clock.now())
        both(due_steps._act_on_next, due_steps._act_on_next)
        tasks.sweep_messages()
        return found(gateway)

    locked = workflow.locks.next_due_step_locked
    monkeypatch.setattr(due_steps, "next_due_step_locked", meeting(locked))
    assert two_ticks("chaos:1", 10) == CLEAN

    def unlocked(now: object, kinds: list[str]) -> DueStep | None:
        waiting = DueStep.objects.filter(status=StepStatus.WAITING, kind="announce_team")
        return waiting.filter(due_at__lte=now).first()

    monkeypatch.setattr(due_steps, "next_due_step_locked", meeting(unlocked))
    assert "wrong" in two_ticks("chaos:2", 13)


def test_what_was_acknowledged_is_looked_for(town: Town, gateway: Gateway) -> None:
    visit = book(town, "chaos:1")
    tasks.sweep_messages()
    told = str(visit.public_id)
    assert found(gateway, Word("booked", told, "chaos:1")) == CLEAN
    assert found(gateway, Word("booked", str(uuid4()), "chaos:9")) == {"lost"}
    assert found(gateway, Word("cancelled", told)) == {"lost"}
    assert found(gateway, Word("crashed", "", "AttributeError")) == {"wrong"}
    Message.objects.update(status=MessageStatus.DELIVERED, key="never sent")
    assert found(gateway) == {"lost", "doubled"}
