"""Nobody is disturbed at night or at dinner by what may wait."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.make import SHANGHAI, at
from workflow.outbox import queue_message
from workflow.queries import sent_lately
from workflow.quiet_hours import after_quiet_hours


@pytest.mark.parametrize(
    ("hour", "minute", "sent"),
    [
        (7, 59, at(8)),
        (8, 0, at(8)),
        (12, 0, at(12)),
        (17, 30, at(18, 30)),
        (18, 0, at(18, 30)),
        (18, 30, at(18, 30)),
        (20, 59, at(20, 59)),
        (21, 0, at(8) + timedelta(days=1)),
        (23, 59, at(8) + timedelta(days=1)),
        (0, 0, at(8)),
    ],
)
def test_the_edges_of_the_quiet_hours(hour: int, minute: int, sent: datetime) -> None:
    assert after_quiet_hours(at(hour, minute)) == sent


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
def test_no_moment_is_moved_into_quiet_hours_or_back(naive: datetime) -> None:
    moment = naive.replace(tzinfo=SHANGHAI)
    sent = after_quiet_hours(moment)
    assert moment <= sent <= moment + timedelta(hours=11)
    local = sent.astimezone(SHANGHAI).time()
    assert time(8) <= local < time(17, 30) or time(18, 30) <= local < time(21)


@pytest.mark.django_db
@pytest.mark.parametrize(("may_wait", "sent"), [(True, at(8)), (False, at(6))])
def test_only_what_may_wait_waits(may_wait: bool, sent: datetime) -> None:
    with time_machine.travel(at(6), tick=False):
        message = queue_message(
            key="k", kind="kind", subject="visit:1", to="13800000001", body="…", may_wait=may_wait
        )
        assert message.next_try_at == sent
        assert sent_lately("visit:1", "kind", timedelta(hours=3))
        assert not sent_lately("visit:1", "other", timedelta(hours=3))
