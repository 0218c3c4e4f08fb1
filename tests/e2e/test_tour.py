"""The whole main job through HTTP, with a real worker: what ``manage.py tour`` promises."""

import json
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from appointments.models import HomeVisit
from appointments.states import VisitStatus
from branches.models import Commitment, FacilityFault
from branches.states import FaultStatus
from demo import xian_region
from eldercare.models import Escort
from eldercare.states import EscortStatus
from tests.workers import Worker
from workflow import tasks
from workflow.models import Message
from workflow.states import MessageStatus

BEAT_SECONDS = 0.5


@pytest.fixture
def beat(worker: Worker) -> Iterator[None]:
    """What beat does every few seconds, a little quicker."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(BEAT_SECONDS):
            tasks.act_on_due_steps.delay()
            tasks.sweep_messages.delay()

    ticking = threading.Thread(target=tick)
    ticking.start()
    yield
    over.set()
    ticking.join()


@pytest.mark.slow
@pytest.mark.usefixtures("beat")
def test_the_tour_goes_through_to_its_end(live_app: str) -> None:
    xian_region.load()
    printed = StringIO()
    call_command("tour", url=f"{live_app}/", json=True, stdout=printed)

    answer = json.loads(printed.getvalue().splitlines()[-1])
    assert answer["ok"] is True
    assert len(answer["steps"]) == 14
    assert all(set(step) == {"name", "seconds"} for step in answer["steps"])

    statuses = sorted(HomeVisit.objects.values_list("status", flat=True))
    assert statuses == [VisitStatus.CANCELLED, VisitStatus.DONE]
    assert Escort.objects.get().status == EscortStatus.DONE
    assert FacilityFault.objects.get().status == FaultStatus.REPAIRED
    assert not Commitment.objects.live().filter(kind="hold").exists()
    assert set(Message.objects.values_list("status", flat=True)) == {MessageStatus.DELIVERED}


def test_a_server_that_is_not_there_is_said_plainly() -> None:
    printed = StringIO()
    with pytest.raises(CommandError, match="Start it with bin/serve") as refusal:
        call_command("tour", url="http://127.0.0.1:9/", json=True, stdout=printed)
    assert refusal.value.returncode == 1
    answer = json.loads(printed.getvalue().splitlines()[-1])
    assert (answer["ok"], answer["steps"]) == (False, [])
