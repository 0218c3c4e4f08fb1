"""Customers who book, move and cancel, several at a time, and keep what they were told.

``python -m chaos.crowd LEDGER SEED VISITS SECONDS``. Whoever gets no answer (the rows were away)
sends the same form again, with the same key, as a person would.
"""

import logging
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chaos.ledger import Ledger, Word

if TYPE_CHECKING:
    from eldercare.models import Customer

CLIENTS = 4
PATIENCE = 60.0  # seconds for which one form is sent again
HOURS = range(9, 16)
MOVES, CANCELS = 0.15, 0.12
# A slow machine does not let everybody in: after so many times the time asked for, and a minute,
# nobody new comes. The figures say how many have booked.
LONGEST, SOME = 2.0, 60.0

Answer = TypeVar("Answer")


class Crowd:
    """Everybody who wants something; threads take one customer after the other."""

    def __init__(self, ledger: Ledger, seed: int, visits: int, seconds: float) -> None:
        from appointments.asking import Asker
        from appointments.models.home_visit import AskedBy
        from eldercare.models import Customer, ServiceVersion

        self.ledger = ledger
        self.seed = seed
        self.pace = seconds / visits
        self.customers = list(Customer.objects.select_related("branch").order_by("pk")[:visits])
        offered = ServiceVersion.objects.offered().at_home().order_by("pk")
        self.versions = list(offered.select_related("service"))
        self.asker = Asker(AskedBy.CUSTOMER)
        self.began = time.monotonic()
        self.closes = self.began + LONGEST * seconds + SOME
        self._next = iter(enumerate(self.customers))
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Run all clients until everybody has had an answer."""
        clients = [threading.Thread(target=self._client) for _n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()

    def _client(self) -> None:
        from django.db import connections

        while time.monotonic() < self.closes:
            with self._lock:
                number, customer = next(self._next, (0, None))
            if customer is None:
                break
            time.sleep(max(0.0, self.began + number * self.pace - time.monotonic()))
            try:
                _Visitor(self, number, customer).act()
            except Exception as error:
                logging.getLogger("nuanban.chaos").exception("no answer")
                self.ledger.write(Word("crashed", "", type(error).__name__))
        connections.close_all()


class _Visitor:
    """One customer's wishes, drawn from the seed and their number."""

    def __init__(self, crowd: Crowd, number: int, customer: "Customer") -> None:
        self.crowd = crowd
        self.number = number
        self.customer = customer
        self.chance = random.Random(f"{crowd.seed}:{number}")  # noqa: S311

    def act(self) -> None:
        """Book; some change their mind."""
        from appointments.booking import book_visit, cancel_visit, move_visit

        version, key = self.chance.choice(self.crowd.versions), f"chaos:{self.number}"
        asker = self.crowd.asker
        visit = self._until_open(
            lambda start: book_visit(
                customer=self.customer, version=version, window_start=start, key=key, asker=asker
            )
        )
        if visit is None:
            return
        self.crowd.ledger.write(Word("booked", str(visit.public_id), key))
        mood = self.chance.random()
        if mood < MOVES:
            moved_key, old = f"{key}:moved", visit
            new = self._until_open(
                lambda start: move_visit(visit=old, window_start=start, key=moved_key, asker=asker)
            )
            if new is not None:
                old_id = str(old.public_id)
                self.crowd.ledger.write(Word("moved", str(new.public_id), moved_key, old_id))
        elif mood < MOVES + CANCELS:
            told = insist(lambda: cancel_visit(visit=visit, reason="", asker=asker))
            if told is not None:
                self.crowd.ledger.write(Word("cancelled", str(visit.public_id)))

    def _until_open(self, ask: "Callable[[datetime], Answer]") -> "Answer | None":
        """Ask for a window; when it is taken, for those that were named instead."""
        from appointments.availability import WindowTaken

        starts = [self._some_start()]
        while starts:
            start = starts.pop(0)
            try:
                return insist(lambda at=start: ask(at))  # type: ignore[misc]
            except WindowTaken as taken:
                if not starts and taken.windows and self.chance.random() < 0.8:
                    starts = [self.chance.choice(taken.windows).start]
        return None

    def _some_start(self) -> datetime:
        from branches.queries import local_moment
        from foundation import clock

        day = insist(clock.today)
        assert day is not None
        days = [day + timedelta(days=n) for n in range(1, 14)]
        working = [one for one in days if one.weekday() < 5]
        return local_moment(self.chance.choice(working), clock_time(self.chance.choice(HOURS)))


def insist(ask: "Callable[[], Answer]") -> "Answer | None":
    """Send the form until there is an answer; None when a rule says no.

    Raises:
        WindowTaken: with the windows that are open instead.
        TimeoutError: nobody answers any more.
    """
    from django.db import InterfaceError, OperationalError, connections

    from appointments.availability import WindowTaken
    from foundation.errors import Busy, DomainError

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return ask()
        except WindowTaken:
            raise
        except (OperationalError, InterfaceError):
            connections.close_all()
        except Busy:
            pass
        except DomainError:
            return None
        time.sleep(0.2)
    raise TimeoutError("no answer for a minute")


def main(ledger: str, seed: str, visits: str, seconds: str) -> None:
    """Set Django up and let everybody in."""
    import django

    django.setup()
    Crowd(Ledger(Path(ledger)), int(seed), int(visits), float(seconds)).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
