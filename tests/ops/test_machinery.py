"""The machinery that other tests stand on: a browser on the real pages, a worker on the rows."""

import pytest
from playwright.sync_api import Page

from accounts.models import Region
from tests.make import make_region
from tests.workers import Worker


@pytest.mark.browser
def test_a_browser_sees_the_pages(live_app: str, page: Page) -> None:
    answer = page.goto(f"{live_app}/health/")

    assert answer is not None
    assert answer.json() == {"ok": True, "rows": True, "broker": True}


@pytest.mark.browser
def test_rows_can_be_made_while_a_browser_is_open(live_app: str, page: Page) -> None:
    page.goto(f"{live_app}/health/")

    make_region(code="SEEN")

    assert Region.objects.filter(code="SEEN").exists()


@pytest.mark.slow
def test_a_worker_takes_a_task_once_and_can_be_killed(worker: Worker) -> None:
    from workflow.tasks import sweep_messages

    sweep_messages.delay()
    worker.wait_for("done", "sweeps.sweep_messages", "SUCCESS")
    worker.kill()
    worker.start()
    worker.stop()

    assert worker.words().count('"task": "sweeps.sweep_messages"') == 1
