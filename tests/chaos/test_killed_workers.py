"""kill -9 at the worst moment: nothing is lost, and nothing is sent twice (DESIGN §4.4)."""

import time

import pytest

from tests.chaos.conftest import House, wait_for
from workflow.models import DemoDelivery, Message
from workflow.outbox import queue_message

pytestmark = pytest.mark.slow

PHONE = "13812345678"


def queue(number: int = 0) -> Message:
    return queue_message(
        key=f"visit:{number}:announced",
        kind="announced",
        subject=f"visit:{number}",
        to=PHONE,
        body="Wang and Li come at ten.",
    )


def outcome(message: Message) -> tuple[str, int, int]:
    """Its status, how often it was tried, how often it arrived."""
    row = Message.objects.get(pk=message.pk)
    return row.status, row.tries, DemoDelivery.objects.filter(key=message.key).count()


@pytest.mark.parametrize(("moment", "arrived"), [("hold-before", 0), ("hold-after", 1)])
def test_worker_killed_in_the_middle_of_a_message(house: House, moment: str, arrived: int) -> None:
    house.hold(moment)
    house.worker.start()
    message = queue()
    house.wait_until_held()
    house.worker.kill()
    assert outcome(message) == ("in_flight", 1, arrived)

    house.let_go()
    house.worker.start()
    house.sweep()
    # The lease still runs: who says that the other worker is dead?
    queue(1)
    wait_for(lambda: DemoDelivery.objects.filter(key="visit:1:announced").exists(), "message 1")
    assert outcome(message) == ("in_flight", 1, arrived)

    house.leases_run_out()
    wait_for(lambda: _swept(house, message), "the message")
    assert outcome(message) == ("delivered", 2, 1)
    assert DemoDelivery.objects.count() == 2


def _swept(house: House, message: Message) -> bool:
    house.sweep()
    time.sleep(0.3)
    return outcome(message)[0] == "delivered"


def test_broker_that_forgets_everything_loses_nothing(house: House) -> None:
    messages = [queue(n) for n in range(5)]
    house.wipe_broker()
    house.worker.start()
    house.sweep()
    wait_for(lambda: DemoDelivery.objects.count() == 5, "five messages")
    wait_for(lambda: not Message.objects.exclude(status="delivered").exists(), "their records")
    assert [outcome(message) for message in messages] == [("delivered", 1, 1)] * 5


def test_workers_that_die_again_and_again_lose_and_double_nothing(house: House) -> None:
    messages = [queue(n) for n in range(12)]
    for moment in ("hold-before", "hold-after"):
        house.hold(moment)
        house.worker.start()
        house.sweep()
        house.wait_until_held()
        house.worker.kill()
        house.let_go()
        house.leases_run_out()
    house.worker.start()
    wait_for(lambda: all(_swept(house, message) for message in messages), "twelve messages")
    assert {outcome(message)[::2] for message in messages} == {("delivered", 1)}
    assert DemoDelivery.objects.count() == 12
