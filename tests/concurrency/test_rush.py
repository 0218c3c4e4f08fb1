"""Many browsers want few windows at once: real pages, no doubles, no broken page.

Whoever is too late is shown the three nearest windows, everything answered kept, and tries one.
The suite sends forty browsers to ten windows. Two hundred to fifty, which takes minutes:
``NUANBAN_BROWSERS=200 python -m pytest tests/concurrency/test_rush.py``.
"""

import os
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client

from appointments.availability import demand_for, open_windows
from appointments.models import HomeVisit
from branches.models import Commitment, CommitmentKind
from eldercare.models import Customer
from tests.appointments.prover import prove_everything
from tests.make import Town, make_customer, new_key
from tests.web.elder.conftest import signed_in

BROWSERS = int(os.environ.get("NUANBAN_BROWSERS", "40"))
WINDOWS = BROWSERS // 4
# Seconds until somebody presses again who was told that very many people are booking.
PAUSE = 2
OFFERED = re.compile(r'name="window"\s+value="([^"]+)"')
KEEP = re.compile(r'action="(/visits/new/keep/[^"]+)"')


class Visitor:
    """One customer's browser, on the page where everything is answered but the last yes."""

    def __init__(self, town: Town, customer: Customer, window: str) -> None:
        self.browser: Client = signed_in(customer)
        self.answers = {"for": f"{customer.public_id}", "service": town.version.service.code}
        self.window, self.key = window, new_key()
        self.seen: list[int] = []
        self.offered: list[list[str]] = []

    def book(self) -> None:
        """Say yes; try one other time when it is gone, press again when too many others do."""
        while len(self.offered) < 2:
            address = f"/visits/new/check/?{urlencode(self.answers | {'window': self.window})}"
            answer = self.browser.post(address, {"window": self.window, "key": self.key})
            self.seen.append(answer.status_code)
            if answer.status_code == 303:
                return
            html = answer.content.decode()
            if answer.status_code == 409:
                self._read_on(html)
            else:
                assert OFFERED.findall(html) == [self.window], "what was chosen is kept"
                time.sleep(PAUSE)

    def _read_on(self, html: str) -> None:
        windows = OFFERED.findall(html)
        self.offered.append(windows)
        [keep] = KEEP.findall(html)
        kept = parse_qs(urlsplit(keep.replace("&amp;", "&")).query)
        assert {name: kept[name] for name in self.answers} == {
            name: [value] for name, value in self.answers.items()
        }
        self.window = windows[0]


@pytest.mark.slow
def test_four_browsers_for_each_window(town: Town) -> None:
    customers = [make_customer(town.branch) for _ in range(BROWSERS)]
    answers = open_windows(town.branch, demand_for(customers[0], town.version))
    windows = [window for answer in answers for window in answer.windows][:WINDOWS]
    assert len(windows) == WINDOWS
    visitors = [
        Visitor(town, customer, windows[n % WINDOWS].value) for n, customer in enumerate(customers)
    ]
    line = threading.Barrier(BROWSERS)

    def visit(one: Visitor) -> None:
        try:
            line.wait(timeout=120)
            one.book()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=BROWSERS) as pool:
        list(pool.map(visit, visitors))

    seen = Counter(status for one in visitors for status in one.seen)
    assert set(seen) <= {303, 409, 503}, seen
    assert all(len(windows) == 3 for one in visitors for windows in one.offered)
    booked = [one for one in visitors if one.seen[-1] == 303]
    assert len(booked) == HomeVisit.objects.count()
    assert len(booked) > WINDOWS
    assert Counter(HomeVisit.objects.values_list("customer", flat=True)).most_common(1)[0][1] == 1
    kept = Commitment.objects.live().filter(kind=CommitmentKind.VISIT)
    assert kept.count() == 2 * len(booked)
    prove_everything(town.team)
